"""Draws docs/tampilan.png: the dashboard on a desk beside a question on a phone, both of the filled example.

Run as `python -m tests.browser.make_picture` after a change of the pages' looks.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from netral.settings import ROOT
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.journey import give_the_password
from tests.browser.server import Server, free_port

PICTURE = ROOT / "docs" / "tampilan.png"
DESK = ViewportSize(width=1280, height=960)
PHONE = ViewportSize(width=360, height=960)
MARGIN = 40
LARGEST = 250_000
GROUND, EDGE = "#EDEBEF", "#5A5A66"


def make_example(directory: Path) -> Server:
    port = free_port()
    environment = {
        **os.environ,
        "NETRAL_DEMO": "1",
        "NETRAL_DATA_DIR": str(directory),
        "NETRAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "FLASK_APP": "app.py",
    }
    subprocess.run([sys.executable, "-m", "flask", "demo", "load"], cwd=ROOT, env=environment, check=True)
    database = f"sqlite:///{directory / 'netral.sqlite3'}"
    return Server(f"http://127.0.0.1:{port}", database, directory, port, environment)


def enter(browser: Browser, server: Server, size: ViewportSize, role: str, status: str | None = None) -> Page:
    """Sign in as the first account of the example with this role and, for a learner, this status."""
    accounts = json.loads((server.data_dir / "demo-accounts.json").read_text(encoding="utf-8"))
    account = next(one for one in accounts if one["role"] == role and status in {None, one["status"]})
    page = browser.new_page(base_url=server.url, viewport=size, locale="id-ID")
    page.goto("/masuk")
    give_the_password(page, account["nip"], account["password"])
    return page


def show_question(page: Page) -> bytes:
    """Show the third question, with its second option chosen and saved."""
    page.goto("/ujian")
    notice = page.get_by_label("Saya sudah membaca pemberitahuan ini")
    if notice.count():
        notice.check()
    page.locator("main form button").click()
    page.goto("/ujian/kerjakan#3")
    page.locator("[data-question]:not([hidden]) input + label").nth(1).click()
    page.get_by_text("Tersimpan pukul").wait_for()
    page.evaluate("scrollTo(0, 0)")  # the page follows the question down
    return page.screenshot()


def show_dashboard(page: Page) -> bytes:
    page.goto("/dasbor")
    return page.screenshot()


def compose(dashboard: bytes, question: bytes) -> Image.Image:
    desk, phone = (framed(Image.open(io.BytesIO(shot)).convert("RGB")) for shot in (dashboard, question))
    picture = Image.new("RGB", (desk.width + phone.width + MARGIN * 3, desk.height + MARGIN * 2), GROUND)
    picture.paste(desk, (MARGIN, MARGIN))
    picture.paste(phone, (desk.width + MARGIN * 2, MARGIN))
    return picture


def framed(shot: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (shot.width + 4, shot.height + 4), EDGE)
    frame.paste(shot, (2, 2))
    ImageDraw.Draw(frame).rectangle((0, 0, frame.width - 1, frame.height - 1), outline=EDGE, width=2)
    return frame


def save(picture: Image.Image, path: Path) -> None:
    """Save with 256 colours, enough for flat pages; raises ValueError when the file would be heavy."""
    out = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    if out.tell() > LARGEST:
        raise ValueError(out.tell())
    path.write_bytes(out.getvalue())


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = make_example(Path(directory))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            server.start()
            dashboard = show_dashboard(enter(browser, server, DESK, "bkpsdm"))
            question = show_question(enter(browser, server, PHONE, "peserta", "sedang"))
        finally:
            server.kill()
            browser.close()
    save(compose(dashboard, question), PICTURE)


if __name__ == "__main__":
    main()
