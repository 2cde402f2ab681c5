# SPDX-License-Identifier: Apache-2.0
"""Calls to a provider: over TLS, to its own addresses, without redirects, bounded in time and size."""

import json
from contextlib import closing
from typing import Any

import requests

from cortex.container.hanging_up import Deadline
from cortex.container.providers.deadlines import is_over, remaining_seconds
from cortex.errors import CortexError
from cortex.people.federation.deadlines import adapter_until

# For each read, for the whole call, and for the answer.
SECONDS_MAX, TOTAL_SECONDS_MAX, BYTES_MAX = 5, 10, 1024 * 1024


class ProviderMustBeReachable(CortexError):
    """The provider does not answer, or not as OpenID Connect says."""

    code = "identity.provider_must_be_reachable"
    status = 503
    retry_after_seconds = 30


class BoundedSession(requests.Session):
    """A session that follows nobody anywhere, and reads at most a megabyte in ten seconds."""

    def __init__(self, *, ca_file: str = "") -> None:
        super().__init__()
        # Proxies and logins of the environment are not for these calls.
        self.trust_env = False
        self.verify = ca_file or True

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """Ask, and read the whole bounded answer; raises requests.RequestException."""
        if not str(url).startswith("https://"):
            raise requests.exceptions.InvalidURL("expected an address beginning with https://")
        if is_over():
            raise _too_slow()
        options |= {"timeout": SECONDS_MAX, "allow_redirects": False, "stream": True}
        with Deadline(seconds=remaining_seconds(at_most=TOTAL_SECONDS_MAX)) as deadline:
            # A connection of a call before would be watched by nobody: each call opens its own.
            with closing(adapter_until(deadline)) as adapter:
                self.mount("https://", adapter)
                try:
                    response = _read(super().request(method, url, *args, **options))
                except requests.RequestException as error:
                    if deadline.is_over:
                        raise _too_slow() from error
                    raise
            if deadline.is_over:
                raise _too_slow()
        if response.is_redirect:
            raise requests.exceptions.TooManyRedirects("expected an answer, got a redirect")
        return response

    def document(self, url: str) -> dict[str, Any]:
        """Return a JSON object; raises requests.RequestException."""
        response = self.request("GET", url)
        response.raise_for_status()
        found = json.loads(response.content)
        if not isinstance(found, dict):
            raise requests.exceptions.InvalidJSONError("expected an object")
        return found


def _read(response: requests.Response) -> requests.Response:
    """Read the whole answer, up to a megabyte."""
    content = b""
    for chunk in response.iter_content(65_536):
        content += chunk
        if len(content) > BYTES_MAX:
            response.close()
            raise requests.exceptions.ContentDecodingError("expected at most a megabyte, got more")
    response._content = content
    return response


def _too_slow() -> requests.exceptions.ReadTimeout:
    return requests.exceptions.ReadTimeout(f"expected an answer within {TOTAL_SECONDS_MAX} seconds")
