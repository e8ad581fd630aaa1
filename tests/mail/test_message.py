"""What a mail looks like on the wire; test_against_reference.py compares it with PocketBase's."""

from email import message_from_bytes
from email.policy import default

import pytest
from msgspec.structs import replace

from fastcms.mail.message import Attachment, Mailbox, MailError, Message, to_bytes

PLAIN = Message(
    sender=Mailbox("shop@example.com", "Shop"),
    to=(Mailbox("ann@example.com"),),
    subject="Hello",
    html="<p>Hello <b>Ann</b></p>",
)
LINE_ENDS = ["\r\n", "\n", "\r", "\r\n\r\n", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


def test_a_message_has_a_text_and_an_html_part() -> None:
    parsed = message_from_bytes(to_bytes(PLAIN), policy=default)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert parsed.get_body(("plain",)).get_content().strip() == "Hello Ann"
    assert parsed.get_body(("html",)).get_content().strip() == PLAIN.html
    assert parsed["From"] == "Shop <shop@example.com>"
    assert parsed["To"] == "ann@example.com"
    assert parsed["Date"].datetime.tzinfo is not None


def test_each_message_has_an_id_at_the_senders_domain() -> None:
    other = Message(sender=PLAIN.sender, to=PLAIN.to, subject="", html="")
    first, second, again = (
        message_from_bytes(to_bytes(message))["Message-ID"] for message in (PLAIN, other, PLAIN)
    )
    assert first != second
    assert first.endswith("@example.com>")
    # Who gets it a second time can tell.
    assert first == again == PLAIN.message_id


@pytest.mark.parametrize(
    "name", ['Grüße, "Acme" <x>', "Bob; Sons", "a@b.example", "=?utf-8?q?x?=", "日本語" * 5]
)
def test_any_name_and_subject_comes_through(name: str) -> None:
    message = replace(PLAIN, sender=Mailbox("shop@example.com", name), subject=name)
    parsed = message_from_bytes(to_bytes(message), policy=default)
    assert parsed["From"].addresses[0].addr_spec == "shop@example.com"
    assert len(parsed["From"].addresses) == 1
    if "=?" not in name:
        assert parsed["From"].addresses[0].display_name == name
        assert parsed["Subject"] == name


@pytest.mark.parametrize("end", LINE_ENDS)
def test_line_ends_in_subject_and_names_make_no_headers(end: str) -> None:
    text = f"Hello{end}Bcc: eve@example.com{end}X-Evil: 1"
    message = replace(
        PLAIN,
        subject=text,
        sender=Mailbox("shop@example.com", text),
        to=(Mailbox("ann@example.com", text),),
    )
    parsed = message_from_bytes(to_bytes(message), policy=default)
    assert set(parsed.keys()) == {
        "From", "To", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert parsed["Subject"] == "HelloBcc: eve@example.comX-Evil: 1"
    assert [one.addr_spec for one in parsed["To"].addresses] == ["ann@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example.com, eve@example.com",
        "ann@example.com>\r\nRCPT TO:<eve@example.com",
        "ann@example.com\nBcc: eve@example.com",
        "<ann@example.com>",
        "ann @example.com",
        "ann@example.com ",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    for message in (
        replace(PLAIN, to=(Mailbox(address),)),
        replace(PLAIN, sender=Mailbox(address, "Shop")),
    ):
        with pytest.raises(MailError, match="is not a mail address"):
            to_bytes(message)


@pytest.mark.parametrize("address", ["jörg@example.com", "ann@exämple.com"])
def test_addresses_with_other_letters_are_sent_as_utf8(address: str) -> None:
    message = replace(PLAIN, to=(Mailbox(address),))
    assert message.needs_utf8
    assert f"To: {address}\r\n".encode() in to_bytes(message)
    assert not PLAIN.needs_utf8


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("bill.pdf", "application/pdf"),
        ("notes.txt", "text/plain"),
        ("Rechnung für Jo.csv", "text/csv"),
        ("all.tar.gz", "application/octet-stream"),
        ("a mail.eml", "application/octet-stream"),
        ("without", "application/octet-stream"),
    ],
)
def test_files_come_along(name: str, type_: str) -> None:
    content = b"\x00\r\n.\r\n\xff" * 100
    message = replace(PLAIN, attachments=(Attachment(name, content), Attachment("2.bin", b"")))
    parsed = message_from_bytes(to_bytes(message), policy=default)
    assert parsed.get_body(("html",)).get_content().strip() == PLAIN.html
    file, empty = parsed.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (name, type_)
    assert file.get_payload(decode=True) == content
    assert empty.get_payload(decode=True) == b""


@pytest.mark.parametrize("end", LINE_ENDS)
def test_line_ends_in_names_of_files_make_no_headers(end: str) -> None:
    message = replace(PLAIN, attachments=(Attachment(f"a{end}Bcc: evil@example.com", b""),))
    parsed = message_from_bytes(to_bytes(message), policy=default)
    assert [part["Bcc"] for part in parsed.walk()] == [None] * 5
    (file,) = parsed.iter_attachments()
    assert file.get_filename() == "aBcc: evil@example.com"


def test_copies_and_answers() -> None:
    bob, eve, desk = (Mailbox(f"{name}@example.com") for name in ("bob", "eve", "desk"))
    message = replace(PLAIN, cc=(bob,), bcc=(eve,), reply_to=(desk,))
    sent = to_bytes(message)
    parsed = message_from_bytes(sent, policy=default)
    assert (parsed["Cc"], parsed["Reply-To"]) == ("bob@example.com", "desk@example.com")
    assert b"eve" not in sent
    assert message.recipients == ("ann@example.com", "bob@example.com", "eve@example.com")
