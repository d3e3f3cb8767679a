"""Names of the pins of a Challenger RP2040 WiFi."""

ESP_TX, ESP_RX, WIFI_RESET, WIFI_MODE = "GP4", "GP5", "GP19", "GP13"
