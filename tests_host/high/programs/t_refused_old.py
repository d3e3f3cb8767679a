"""Every command spoken to the old firmware for ESP8266, which lacks most of them."""

import rows

ONLY = ("cpython",)
PROFILE = "nonos-1.7"
TIMEOUT = 150
# what of the guide it has, apart from rows.APART
HAS = """
    E0 CIFSR CIPAP CIPAPMAC CIPCLOSE CIPDINFO CIPDNS CIPDOMAIN CIPMODE CIPMUX CIPRECVDATA CIPRECVLEN CIPSEND CIPSENDEX CIPSERVER
    CIPSERVERMAXCONN CIPSNTPCFG CIPSNTPTIME CIPSSLCCONF CIPSTA CIPSTAMAC CIPSTART CIPSTATUS CIPSTO CIUPDATE CWAUTOCONN CWCOUNTRY
    CWDHCP CWDHCPS CWHOSTNAME CWJAP CWLAP CWLAPOPT CWLIF CWMODE CWQAP CWQIF CWSAP CWSTOPSMART GMR MDNS PING RFPOWER SAVETRANSLINK
    SLEEP SYSMSG SYSRAM UART_CUR UART_DEF WPS
""".split()


def test_firmware_without_it():
    taken, refused = rows.speak()
    spoken = {str(text, "latin-1").split("=")[0].split("?")[0] for _, text in rows.rows()}
    lacking = {name for name in spoken - {""} if name.strip("+") not in HAS and not name.startswith(rows.APART)}
    here = taken & lacking - {"+CIPSENDBUF", "+CIPSSLSIZE", "+CIPRECVMODE", "+CIPRECVTYPE", "+SYSSTORE"}
    assert not here, "not refused: %s" % sorted(here)
    assert len(refused.keys() & lacking) > 80, sorted(refused)
