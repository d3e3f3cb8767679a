"""Tables of meanings.py for numbers that do not come with a refused command; same form as there."""

# Why Wi-Fi went down, 1.., 67.. and 200..
WIFI = (
    "unspecified reason|authentication has expired|the access point is leaving|inactive for too long|the access point has "
    "too many stations|not authenticated|not associated|the station left|association without authentication|power "
    "capability unacceptable|channels unacceptable|moved to another access point|invalid element|message integrity check"
    "*f|four-way handshake timed out, often a wrong password|group key update timed out|an element differs in the "
    "handshake|invalid group cipher|invalid pairwise cipher|invalid key management|unsupported RSN version|invalid RSN "
    "capabilities|802.1X authentication*f|cipher suite rejected|direct-link peer unreachable|direct link torn down|the "
    "service provider requests it|no roaming agreement|bad cipher or key management|not authorized here|change of service "
    "precludes the traffic stream|unspecified QoS reason|not enough bandwidth|too many frames unacknowledged|transmission "
    "opportunity exceeded|the station is leaving|end of block acknowledgement|unknown block acknowledgement|timed out|||||"
    "||the peer initiated it|the access point initiated it|invalid fast-transition frame count|invalid PMKID|invalid "
    "mobility domain|invalid fast-transition element"
)
WIFI_67 = "no transmission link|alternative channel occupied"
WIFI_200 = (
    "no more beacons|no such access point|authentication*f|association*f|handshake timed out|connecting*f|the access "
    "point's clock was reset|roaming|told to come back too late|SA query timed out|no access point with this security|no "
    "access point that is secure enough|no access point that is strong enough"
)
# lwIP's errno, as +ERRNO tells it
ERRNO = {
    11: "try again", 104: "connection reset", 105: "no buffers", 111: "connection refused", 113: "connection aborted",
    116: "timed out", 118: "host unreachable", 119: "in progress", 128: "not connected",
}  # fmt: skip
