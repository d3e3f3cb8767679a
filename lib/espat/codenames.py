"""The names of the module's numbers, as in the guide (3.2.5, 3.2.26, 3.6.15, 3.1.24); imported when a program asks for one.

The tables are of the form described in meanings.py, with endings of their own.
"""

from espat.meanings import entry

_ENDINGS = {"r": "_READ_FAILED", "v": "_VALUE_IS_WRONG", "n": "_IS_NULL", "o": "_IS_OVERLENGTH", "e": "_ERROR", "l": "_LEN_ERROR"}
_LOG = (
    "OK|COMMON_ERROR|NO_TERMINATOR|NO_AT|PARA_LENGTH_MISMATCH|PARA_TYPE_MISMATCH|PARA_NUM_MISMATCH|PARA_INVALID|"
    "PARA_PARSE_FAIL|UNSUPPORT_CMD|CMD_EXEC_FAIL|CMD_PROCESSING|CMD_OP_ERROR"
)
_JOIN = "TIMEOUT|WRONG_PASSWORD|AP_NOT_FOUND|CONNECT_FAILED"
_MQTT = (
    "NO_CONFIGURED|NOT_IN_CONFIGURED_STATE|UNINITIATED_OR_ALREADY_CLEAN|ALREADY_CONNECTED|MALLOC_FAILED|NULL_LINK|"
    "NULL_PARAMTER|PARAMETER_COUNTS_IS_WRONG|TLS_CONFIG_ERROR|PARAM_PREPARE_ERROR|CLIENT_START_FAILED|CLIENT_PUBLISH_FAILED|"
    "CLIENT_SUBSCRIBE_FAILED|CLIENT_UNSUBSCRIBE_FAILED|CLIENT_DISCONNECT_FAILED|LINK_ID*rv|SCHEME*rv|CLIENT_ID*rno|"
    "USERNAME*rno|PASSWORD*rno|CERT_KEY_ID*rv|CA_ID*rv|CA_LENGTH*e|CA*r|CERT_LENGTH*e|CERT*r|KEY_LENGTH*e|KEY*r|PATH*rno|"
    "VERSION*r|KEEPALIVE*rnv|DISABLE_CLEAN_SESSION*rv|LWT_TOPIC*rno|LWT_MSG*rno|LWT_QOS*rv|LWT_RETAIN*rv|HOST*rno|PORT*rv|"
    "RECONNECT*rv|TOPIC*rno|DATA*rno|QOS*rv|RETAIN*rv|PUBLISH_LENGTH*rv|RECV_LENGTH_IS_WRONG|CREATE_SEMA_FAILED|"
    "CREATE_EVENT_GROUP_FAILED|URI_PARSE_FAILED|IN_DISCONNECTED_STATE|HOSTNAME_VERIFY_FAILED"
)
_EAP = (
    "MALLOC_FAILED|GET_NVS_CONFIG_FAILED|CONN_FAILED|SET_WIFI_CONFIG_FAILED|SET_IDENTITY_FAILED|SET_USERNAME_FAILED|"
    "SET_PASSWORD_FAILED|GET_CA_LEN_FAILED|READ_CA_FAILED|SET_CA_FAILED|GET_CERT_LEN_FAILED|READ_CERT_FAILED|"
    "GET_KEY_LEN_FAILED|READ_KEY_FAILED|SET_CERT_KEY_FAILED|ENABLE_FAILED|ALREADY_CONNECTED|GET_SSID_FAILED|SSID_NULL|"
    "SSID*l|GET_METHOD_FAILED|CONN_TIMEOUT|GET_IDENTITY_FAILED|IDENTITY*l|GET_USERNAME_FAILED|USERNAME*l|GET_PASSWORD_FAILED|"
    "PASSWORD*l|GET_SECURITY_FAILED|SECURITY*e|METHOD_SECURITY_UNMATCHED|PARAMETER_COUNTS*e|GET_WIFI_MODE*e|WIFI_MODE_NOT_STA|"
    "SET_CONFIG_FAILED|METHOD*e|GET_CMD_TIMEOUT_FAILED|CMD_TIMEOUT*e|GET_RSSI_FAILED|RSSI*e|GET_BSSID_FAILED|BSSID*e|"
    "GET_CHANNEL_FAILED|CHANNEL*e|GET_SCAN_MODE_FAILED|SCAN_MODE*e|GET_AUTH_MODE_FAILED|AUTH_MODE*e|SET_TTLS_PHASE2_FAILED|"
    "SET_WPA3_ENT_192BIT_FAILED"
)


def name(code, command=b""):
    """The guide's name of a code such as 0x6041, 0x01070001 or 0x010A6041; "HTTP_404" of a status, "" without a name.

    command: what it came with, see meanings.meaning(); the small codes of AT+CWJAP and Bluetooth LE are named after it.
    """
    if command.startswith(b"+BLE") and code in (-1, 1):
        return "BLE_FAILED"
    if command.startswith(b"+CWJAP") and code < 0x1000:
        return _named("CWJAP_", _JOIN, code - 1)
    if code >> 24 == 1:
        sub = code >> 16 & 0xFF
        own = name(code & 0xFFFF) if sub == 10 else ""
        return own or _named("ESP_AT_SUB_", _LOG, sub)
    group = code >> 12
    if group == 7:
        return "HTTP_%d" % (code & 0xFFF)
    if group == 6:
        return _named("AT_MQTT_", _MQTT, (code & 0xFFF) - 1)
    return _named("AT_EAP_", _EAP, (code & 0xFFF) - 1) if group == 8 else ""


def _named(head, table, n):
    found = entry(table, n, _ENDINGS)
    return head + found if found else ""
