"""On what somebody signed in, in words that its owner recognises; what a browser says of itself is not kept."""

BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Edg", "Edge"),
    ("UCBrowser/", "UC Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("; wv)", "peramban dalam aplikasi"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Peramban tidak dikenal"


def tell_device(user_agent: str) -> str:
    """`Chrome di Android`, by the first mark that fits: later ones are also in what others say."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser:
        return f"Peramban lain di {system}" if system else UNKNOWN
    told = f"{browser} di {system}" if system else browser
    return told[0].upper() + told[1:]
