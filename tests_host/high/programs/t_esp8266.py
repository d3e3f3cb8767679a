"""MQTT, HTTP and passthrough of today's firmware for ESP8266."""

import play
import scenes

PROFILE = "esp8266-2.3"
TIMEOUT = 90
play.join()


def test_mqtt():
    scenes.mqtt()


def test_http():
    scenes.web(headers=())


def test_passthrough():
    scenes.passthrough_client()


def test_passthrough_server():
    scenes.passthrough_server()
