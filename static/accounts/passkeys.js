// SPDX-License-Identifier: Apache-2.0
// Asks the browser for a passkey and sends its answer with the form that the button belongs to.
"use strict";

function refuse(form, text) {
  const place = form.querySelector("[data-passkey-refusal]");
  place.textContent = text;
  place.hidden = false;
}

async function optionsFrom(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(form.dataset.passkeyOptions, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    credentials: "same-origin",
  });
  if (answer.redirected) {
    window.location.assign(answer.url);
    return null;
  }
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

async function ask(form) {
  const options = await optionsFrom(form);
  if (options === null) return;
  const isNew = form.dataset.passkey === "add";
  const credential = isNew
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.querySelector("[name=passkey]").value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const isAble = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  form.hidden = !isAble;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form).catch(() => refuse(form, "The passkey was not used. Try again, or use another way."));
  });
}
