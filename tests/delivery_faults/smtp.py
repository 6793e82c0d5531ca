"""A mail server that misbehaves by plan: Debian's aiosmtpd with TLS, login and faults.

    smtp.py LOG CERTIFICATE KEY STARTTLS_PORT TLS_PORT

What it takes is written to LOG, a JSON object a line, before it answers. Which fault the n-th try
of a recipient meets follows from a hash of both, so every run of the test has the same plan.
"""

import asyncio
import collections
import email
import email.policy
import hashlib
import json
import ssl
import sys
import zlib

from aiosmtpd.smtp import SMTP, AuthResult

LOG, CERTIFICATE, KEY = sys.argv[1:4]
PORTS = [int(port) for port in sys.argv[4:6]]
tries = collections.Counter()


def plan(stage, recipient, faults):
    """The fault of this try, each with its chance of a hundred; None for most."""
    tries[stage, recipient] += 1
    draw = zlib.crc32(f"{stage} {recipient} {tries[stage, recipient]}".encode()) % 100
    for chance, fault in faults:
        if draw < chance:
            return fault
        draw -= chance
    return None


class Server(SMTP):
    async def smtp_DATA(self, arg):
        recipient = (self.envelope.rcpt_tos or [""])[0]
        if plan("data", recipient, [(6, "drop")]):
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such user here"
        if plan("rcpt", address, [(8, "greylist")]):
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [recipient] = envelope.rcpt_tos
        fault = plan("end", recipient, [(4, "452 4.3.1 no room just now"), (6, "lost")])
        if fault and fault != "lost":
            return fault
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        taken = {
            "to": recipient,
            "id": mail["Message-ID"].strip("<>").partition("@")[0],
            "subject": mail["Subject"],
            "hash": hashlib.sha256(envelope.content).hexdigest(),
            "login": str(session.authenticated),
            "tls": session.ssl is not None or server.transport.get_extra_info("cipher") is not None,
            "answered": fault is None,
        }
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(json.dumps(taken) + "\n")
        if fault == "lost":  # taken, but the client never hears of it
            server.transport.abort()
        return "250 2.0.0 queued"


def login(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"watch", b"correct horse"))


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE, KEY)
    common = {"hostname": "localhost", "auth_required": True, "authenticator": login}
    upgraded = lambda: Server(Handler(), tls_context=tls, require_starttls=True, **common)
    wrapped = lambda: Server(Handler(), auth_require_tls=False, **common)
    loop = asyncio.get_running_loop()
    await loop.create_server(upgraded, "127.0.0.1", PORTS[0])
    await loop.create_server(wrapped, "127.0.0.1", PORTS[1], ssl=tls)
    await asyncio.Event().wait()


asyncio.run(main())
