"""Names of the pins of a Challenger RP2040 WiFi."""

ESP_TX, ESP_RX, ESP_RESET, ESP_MODE = "GP4", "GP5", "GP19", "GP13"
