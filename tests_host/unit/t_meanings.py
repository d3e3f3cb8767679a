"""Every code of reference tables has its own sentence, in the right place."""

from espat import codenames, meanings
from espat.errors import AtRefused
from espat.meanings import entry, meaning

# the names of the guide, from 0x6001 on (3.6.15), in the order of their codes
MQTT = (
    "NO_CONFIGURED NOT_IN_CONFIGURED_STATE UNINITIATED_OR_ALREADY_CLEAN ALREADY_CONNECTED MALLOC_FAILED NULL_LINK "
    "NULL_PARAMTER PARAMETER_COUNTS_IS_WRONG TLS_CONFIG_ERROR PARAM_PREPARE_ERROR CLIENT_START_FAILED CLIENT_PUBLISH_FAILED "
    "CLIENT_SUBSCRIBE_FAILED CLIENT_UNSUBSCRIBE_FAILED CLIENT_DISCONNECT_FAILED LINK_ID_READ_FAILED LINK_ID_VALUE_IS_WRONG "
    "SCHEME_READ_FAILED SCHEME_VALUE_IS_WRONG CLIENT_ID_READ_FAILED CLIENT_ID_IS_NULL CLIENT_ID_IS_OVERLENGTH "
    "USERNAME_READ_FAILED USERNAME_IS_NULL USERNAME_IS_OVERLENGTH PASSWORD_READ_FAILED PASSWORD_IS_NULL "
    "PASSWORD_IS_OVERLENGTH CERT_KEY_ID_READ_FAILED CERT_KEY_ID_VALUE_IS_WRONG CA_ID_READ_FAILED CA_ID_VALUE_IS_WRONG "
    "CA_LENGTH_ERROR CA_READ_FAILED CERT_LENGTH_ERROR CERT_READ_FAILED KEY_LENGTH_ERROR KEY_READ_FAILED PATH_READ_FAILED "
    "PATH_IS_NULL PATH_IS_OVERLENGTH VERSION_READ_FAILED KEEPALIVE_READ_FAILED KEEPALIVE_IS_NULL KEEPALIVE_VALUE_IS_WRONG "
    "DISABLE_CLEAN_SESSION_READ_FAILED DISABLE_CLEAN_SESSION_VALUE_IS_WRONG LWT_TOPIC_READ_FAILED LWT_TOPIC_IS_NULL "
    "LWT_TOPIC_IS_OVERLENGTH LWT_MSG_READ_FAILED LWT_MSG_IS_NULL LWT_MSG_IS_OVERLENGTH LWT_QOS_READ_FAILED "
    "LWT_QOS_VALUE_IS_WRONG LWT_RETAIN_READ_FAILED LWT_RETAIN_VALUE_IS_WRONG HOST_READ_FAILED HOST_IS_NULL "
    "HOST_IS_OVERLENGTH PORT_READ_FAILED PORT_VALUE_IS_WRONG RECONNECT_READ_FAILED RECONNECT_VALUE_IS_WRONG "
    "TOPIC_READ_FAILED TOPIC_IS_NULL TOPIC_IS_OVERLENGTH DATA_READ_FAILED DATA_IS_NULL DATA_IS_OVERLENGTH QOS_READ_FAILED "
    "QOS_VALUE_IS_WRONG RETAIN_READ_FAILED RETAIN_VALUE_IS_WRONG PUBLISH_LENGTH_READ_FAILED PUBLISH_LENGTH_VALUE_IS_WRONG "
    "RECV_LENGTH_IS_WRONG CREATE_SEMA_FAILED CREATE_EVENT_GROUP_FAILED URI_PARSE_FAILED IN_DISCONNECTED_STATE "
    "HOSTNAME_VERIFY_FAILED"
).split()
# from 0x8001 on (3.2.26), the last 14 of newer firmware
EAP = (
    "MALLOC_FAILED GET_NVS_CONFIG_FAILED CONN_FAILED SET_WIFI_CONFIG_FAILED SET_IDENTITY_FAILED SET_USERNAME_FAILED "
    "SET_PASSWORD_FAILED GET_CA_LEN_FAILED READ_CA_FAILED SET_CA_FAILED GET_CERT_LEN_FAILED READ_CERT_FAILED "
    "GET_KEY_LEN_FAILED READ_KEY_FAILED SET_CERT_KEY_FAILED ENABLE_FAILED ALREADY_CONNECTED GET_SSID_FAILED SSID_NULL "
    "SSID_LEN_ERROR GET_METHOD_FAILED CONN_TIMEOUT GET_IDENTITY_FAILED IDENTITY_LEN_ERROR GET_USERNAME_FAILED "
    "USERNAME_LEN_ERROR GET_PASSWORD_FAILED PASSWORD_LEN_ERROR GET_SECURITY_FAILED SECURITY_ERROR METHOD_SECURITY_UNMATCHED "
    "PARAMETER_COUNTS_ERROR GET_WIFI_MODE_ERROR WIFI_MODE_NOT_STA SET_CONFIG_FAILED METHOD_ERROR GET_CMD_TIMEOUT_FAILED "
    "CMD_TIMEOUT_ERROR GET_RSSI_FAILED RSSI_ERROR GET_BSSID_FAILED BSSID_ERROR GET_CHANNEL_FAILED CHANNEL_ERROR "
    "GET_SCAN_MODE_FAILED SCAN_MODE_ERROR GET_AUTH_MODE_FAILED AUTH_MODE_ERROR SET_TTLS_PHASE2_FAILED "
    "SET_WPA3_ENT_192BIT_FAILED"
).split()
SUBJECTS = (
    ("PUBLISH_LENGTH", "publish length"), ("CLIENT_ID", "client ID"), ("USERNAME", "user name"), ("PASSWORD", "password"),
    ("CERT_KEY_ID", "certificate and key ID"), ("CA_ID", "CA ID"), ("CLEAN_SESSION", "clean-session"),
    ("LWT_TOPIC", "last-will topic"), ("LWT_MSG", "last-will message"), ("LWT_QOS", "last-will QoS"),
    ("LWT_RETAIN", "last-will retain"), ("LINK_ID", "link ID"), ("SCHEME", "scheme"), ("PATH", "path"),
    ("VERSION", "version"), ("KEEPALIVE", "keep-alive"), ("HOST_", "host"), ("PORT", "port"), ("RECONNECT", "reconnect"),
    ("TOPIC", "topic"), ("DATA", "data"), ("QOS", "QoS"), ("RETAIN", "retain"), ("SSID", "SSID"), ("METHOD_E", "method"),
    ("IDENTITY", "identity"), ("SECURITY_", "security"), ("RSSI", "signal"), ("CHANNEL", "channel"), ("SCAN", "scan"),
    ("AUTH_MODE", "authentication mode"), ("TIMEOUT_", "time-out"), ("CA_", "CA"), ("KEY_", "key"), ("CERT_", "certificate"),
)  # fmt: skip
FAULTS = (
    ("_READ_FAILED", "could not be read"), ("VALUE_IS_WRONG", "has a wrong value"), ("_OVERLENGTH", "is too long"),
    ("_IS_NULL", "is missing"), ("_LENGTH_ERROR", "has a wrong length"), ("_LEN_ERROR", "has a wrong length"),
)  # fmt: skip
WIFI = {1: "unspecified", 15: "password", 20: "key management", 39: "timed out", 46: "peer", 51: "fast-transition element",
        67: "link", 68: "channel", 200: "beacons", 202: "authentication", 208: "late", 212: "strong"}  # fmt: skip


def _first(pairs, name):
    for part, words in pairs:
        if part in name:
            return words
    return None


def _check_table(base, names):
    seen = set()
    for i, name in enumerate(names):
        text = meaning(b"+X", base + 1 + i)
        assert text not in seen and text != "unknown code", (name, text)
        seen.add(text)
        fault = _first(FAULTS, name)
        if fault:
            assert text.endswith(fault), (name, text)
            assert text.startswith(_first(SUBJECTS, name)), (name, text)
        assert "*" not in text and "|" not in text
    assert meaning(b"+X", base + 1 + len(names)) == "unknown code"
    assert meaning(b"+X", base) == "unknown code"


def test_mqtt():
    assert len(MQTT) == 82
    _check_table(0x6000, MQTT)
    assert meaning(b"+MQTTCONN", 0x6051) == "the connection is down"


def test_eap():
    assert len(EAP) == 50
    _check_table(0x8000, EAP)
    assert meaning(b"+CWJEAP", 0x8016) == "the network did not answer in time"
    assert meaning(b"+CWJEAP", 0x8024) == "method has a wrong value"


def test_http():
    assert meaning(b"+HTTPCLIENT", 0x7000) == "no connection to the server"
    assert meaning(b"+HTTPCLIENT", 0x7000 + 404) == "the server answered 404 not found"
    assert meaning(b"+HTTPCLIENT", 0x7000 + 417).endswith("417 expectation failed")
    assert meaning(b"+HTTPCLIENT", 0x7000 + 418) == "the server answered 418"
    assert meaning(b"+HTTPCLIENT", 0x7000 + 505).endswith("505 HTTP version not supported")
    assert meaning(b"+HTTPCLIENT", 0x7000 + 301) == "the server answered 301"


def test_log_codes():
    assert meaning(b"+FAKE", 0x01090000) == "this firmware does not have the command"
    assert meaning(b"+X", 0x01040000) == "parameter 1 has a wrong length"  # the module counts from 0
    assert meaning(b"+X", 0x01050003) == "parameter 4 is of the wrong type"
    assert meaning(b"+X", 0x01060402) == "4 parameters are needed, 2 were given"
    assert meaning(b"+X", 0x01070001) == "parameter 2 is out of range"
    assert meaning(b"+X", 0x01080000) == "parameter 1 could not be understood"
    assert meaning(b"+X", 0x010B0000) == "the command before is still running"
    assert meaning(b"+X", 0x010C0000) == "the command does not have this form"
    assert meaning(b"+X", 0x010A0000) == "the command was understood but failed"
    assert meaning(b"+X", 0x010A6043) == "topic is too long"
    assert meaning(b"+X", 0x010A7194) == "the server answered 404 not found"
    assert meaning(b"+X", 0x01000000) == "no error"
    assert meaning(b"+X", 0x01FF0000) == "unknown error"


def test_joining():
    texts = [meaning(b"+CWJAP", code) for code in range(6)]
    assert "time" in texts[1] and "password" in texts[2] and "no such" in texts[3] and "failed" in texts[4]
    assert texts[0] == texts[5] == "unknown reason"
    assert meaning(b"+CWJAP_CUR", 2) == texts[2]
    assert meaning(b"+CWJAP", 0x01070001) == "parameter 2 is out of range"


def test_lost_wifi():
    for code in WIFI:
        assert WIFI[code] in meaning(b"WIFI DISCONNECT", code), code
    for code in (0, 40, 45, 52, 66, 69, 199, 213):
        assert meaning(b"WIFI DISCONNECT", code) == "unknown reason", code


def test_other_numbers():
    assert meaning(b"+ERRNO", 0x6F) == "connection refused"
    assert meaning(b"+ERRNO", 1) == "unknown error"
    assert meaning(b"+BLEAUTHCMPL", 1) == meaning(b"+BLECONN", -1) == "failed after the module had accepted it"
    assert meaning(b"+X", 77) == "unknown code"


def test_names():
    for base, head, names in ((0x6001, "AT_MQTT_", MQTT), (0x8001, "AT_EAP_", EAP)):
        for i, want in enumerate(names):
            got = codenames.name(base + i)
            assert got == codenames.name(0x010A0000 | base + i) == head + want, (base + i, got)
        assert codenames.name(base + len(names)) == codenames.name(base - 1) == ""
    assert codenames.name(0x7194) == codenames.name(0x010A7194) == "HTTP_404" and codenames.name(0x7000) == "HTTP_0"
    joins = [codenames.name(code, b"+CWJAP_CUR") for code in range(6)]
    assert joins == ["", "CWJAP_TIMEOUT", "CWJAP_WRONG_PASSWORD", "CWJAP_AP_NOT_FOUND", "CWJAP_CONNECT_FAILED", ""]
    assert codenames.name(-1, b"+BLECONN") == "BLE_FAILED" and codenames.name(2, b"+BLECONN") == ""
    assert codenames.name(0x01090000, b"+BLECONN") == "ESP_AT_SUB_UNSUPPORT_CMD"
    assert AtRefused(b"+CWJAP", 2).name == "CWJAP_WRONG_PASSWORD"
    assert codenames.name(0x01090000) == "ESP_AT_SUB_UNSUPPORT_CMD"
    assert codenames.name(0x01060402) == "ESP_AT_SUB_PARA_NUM_MISMATCH"
    assert codenames.name(0x010A0000) == "ESP_AT_SUB_CMD_EXEC_FAIL" and codenames.name(0x01FF0000) == codenames.name(3) == ""
    error = AtRefused(b"+MQTTPUB", 0x6043)
    assert error.name == "AT_MQTT_TOPIC_IS_OVERLENGTH" and error.meaning == "topic is too long"
    assert AtRefused(b"+X").name == ""


def test_entry():
    assert [entry("a|b*rn||c", i) for i in range(-1, 6)] == ["", "a", "b could not be read", "b is missing", "", "c", ""]


def test_printed_with_the_error():
    assert str(AtRefused(b"+CWJAP", 2)) == "AT+CWJAP was refused: ERROR (0x2: the password is wrong)"
    assert str(AtRefused(b"+X")) == "AT+X was refused: ERROR"
    assert meanings.__name__ == "espat.meanings"
