"""MQTT, HTTP and passthrough of the newest firmware, in a build without WebSocket."""

import high
import play
import scenes
from espat.net.websocket import WebSocket
from high import ask, modem

PROFILE = "5.0"
TIMEOUT = 90
play.join()


def test_mqtt():
    scenes.mqtt()


def test_http():
    scenes.web(headers={"X-One": "1"})


def test_websocket_is_not_in_this_build():
    error = high.refused(WebSocket, modem, "ws://127.0.0.1:%d/" % ask("echo"))
    assert error.meaning == "this firmware does not have the command" and not modem.websockets
    high.ready()


def test_passthrough():
    scenes.passthrough_client()


def test_passthrough_server():
    scenes.passthrough_server()
