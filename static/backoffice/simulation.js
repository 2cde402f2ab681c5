// SPDX-License-Identifier: Apache-2.0
// Looks again at the page of a version while its simulation is under way, and shows how far it is. When it is
// over the page is read anew, since what may be done with the version has changed.
(() => {
  "use strict";
  const ID = "policy-simulation";
  const PAUSE_MS = 1500;
  const isUnderWay = (shown) => shown !== null && "underWay" in shown.dataset;

  const look = async () => {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    // A session that ended leads elsewhere: what is shown stays, and reading the page anew leads to signing in.
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(ID);
    if (!isUnderWay(fresh)) {
      window.location.reload();
      return;
    }
    document.getElementById(ID).replaceWith(document.adoptNode(fresh));
  };

  const wait = () => {
    if (!isUnderWay(document.getElementById(ID))) return;
    window.setTimeout(() => look().catch(() => undefined).finally(wait), PAUSE_MS);
  };

  document.addEventListener("DOMContentLoaded", wait);
})();
