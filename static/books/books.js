/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, dialogs and the live balance. Every page works without this file; the server judges what is sent. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = () => document.getElementById("entry-form");

  /* ── Amounts: BigInt minor units, read and written as the ledger's locale does ── */
  const SPACES = /[\s\u00a0\u202f]/g;
  const read = (text) => {
    const { decimalMark, groupMark, decimals } = form().dataset;
    let plain = text.replace(SPACES, "");
    if (groupMark.trim()) plain = plain.replaceAll(groupMark, "");
    const parts = plain.replace(decimalMark, ".").match(/^(\d+)(?:\.(\d+))?$/);
    if (!parts || (parts[2] || "").length > Number(decimals)) return null;
    return BigInt(parts[1] + (parts[2] || "").padEnd(Number(decimals), "0"));
  };
  const write = (minor) => {
    const { decimalMark, groupMark, decimals } = form().dataset;
    const digits = minor.toString().padStart(Number(decimals) + 1, "0");
    const cut = digits.length - Number(decimals);
    const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, groupMark);
    return Number(decimals) ? whole + decimalMark + digits.slice(cut) : whole;
  };
  const total = (side, except) =>
    all(`input[name=${side}]`, form()).reduce(
      (sum, input) => sum + (input === except ? 0n : read(input.value) ?? 0n), 0n);

  const showBalance = () => {
    if (!form()) return;
    const debit = total("debit"), credit = total("credit"), output = form().querySelector("[data-balance]");
    form().querySelector("[data-total=debit]").textContent = write(debit);
    form().querySelector("[data-total=credit]").textContent = write(credit);
    const difference = debit > credit ? debit - credit : credit - debit;
    output.className = "balance" + (debit + credit === 0n ? "" : difference ? " uneven" : " even");
    output.value = debit + credit === 0n ? "" : !difference ? "In balance"
      : `${debit > credit ? "Debits" : "Credits"} ${write(difference)} too high`;
  };

  /* Put what is missing into `input`, or else into the first line that has an account and no amount. */
  const fillDifference = (input) => {
    const empty = (row) => all("input.number", row).every((cell) => !cell.value);
    const rows = all("[data-line]", form());
    const row = input ? input.closest("[data-line]")
      : rows.find((one) => one.querySelector("[name=account]").value && empty(one)) || rows.find(empty);
    if (!row) return;
    all("input.number", row).forEach((cell) => { cell.value = ""; });
    const difference = total("debit") - total("credit");
    if (difference) {
      const cell = row.querySelector(`[name=${difference > 0n ? "credit" : "debit"}]`);
      cell.value = write(difference > 0n ? difference : -difference);
      cell.focus();
    }
    keepEmptyLine();
    showBalance();
  };

  /* There is always one more line to write in. */
  const keepEmptyLine = () => {
    const rows = all("[data-line]", form()), last = rows[rows.length - 1];
    if (!all("input", last).some((input) => input.value)) return;
    const fresh = last.cloneNode(true), number = rows.length + 1;
    all(".error", fresh).forEach((error) => error.remove());
    all("input", fresh).forEach((input) => {
      input.value = "";
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      input.id = input.id.replace(/\d+/, number);
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, number));
    });
    fresh.querySelector("[data-account-name]").textContent = "";
    last.after(fresh);
  };

  const nameAccount = (input) => {
    const option = all("#accounts option").find((one) => one.value === input.value);
    const name = option && option.textContent !== option.value ? option.textContent : "";
    input.parentElement.querySelector("[data-account-name]").textContent = name;
  };

  const shiftDay = (input, days) => {
    const day = days === null || !input.value ? new Date() : new Date(`${input.value}T12:00:00Z`);
    if (days) day.setUTCDate(day.getUTCDate() + days);
    input.value = day.toISOString().slice(0, 10);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const prepare = () => {
    if (!form()) return;
    all("[name=account]", form()).forEach(nameAccount);
    showBalance();
  };

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!form() || !input.closest("[data-line]")) return;
    if (input.name === "account") nameAccount(input);
    keepEmptyLine();
    showBalance();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    if (event.target.closest("[data-fill]")) fillDifference(null);
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("htmx:after:swap", () => {
    prepare();
    if (form()) (form().querySelector("[aria-invalid=true]") || form().querySelector("[name=narration]")).focus();
  });

  /* ── Keys ── */
  const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  let isGoing = false;

  const inDate = (event) => {
    const days = { t: null, "+": 1, "-": -1 }[event.key];
    if (days === undefined || !event.target.matches("input[type=date]")) return false;
    shiftDay(event.target, days);
    return true;
  };
  const inEntry = (event) => {
    const input = event.target;
    if (!form() || !form().contains(input) || !input.matches("input")) return false;
    if (event.key === "=" && input.matches(".number")) { fillDifference(input); return true; }
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return false;
    const inputs = all("input:not([type=hidden])", form()), next = inputs[inputs.indexOf(input) + 1];
    if (next) next.focus();
    return true;
  };
  const sends = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.form) return false;
    event.target.form.requestSubmit();
    return true;
  };
  const goes = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return false;
    if (event.key === "?") { document.getElementById("shortcuts").showModal(); return true; }
    if (isGoing) {
      isGoing = false;
      const link = all("[data-key]").find((one) => one.dataset.key === event.key);
      if (link) { link.click(); return true; }
    }
    isGoing = event.key === "g";
    return false;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (inDate(event) || sends(event) || inEntry(event) || goes(event)) event.preventDefault();
  });

  /* ── Instants: written in UTC, read in the time and the language of the reader ── */
  const localTimes = () => all("time[data-local]").forEach((instant) => {
    const at = new Date(instant.dateTime);
    if (Number.isNaN(at.valueOf())) return;
    const own = document.createElement("span");
    own.className = "muted local";
    own.textContent = at.toLocaleString(navigator.language, { dateStyle: "medium", timeStyle: "long" });
    instant.removeAttribute("data-local");
    instant.append(document.createElement("br"), own);
  });
  document.addEventListener("htmx:after:swap", localTimes);

  localTimes();
  prepare();
})();
