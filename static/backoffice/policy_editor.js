// SPDX-License-Identifier: Apache-2.0
// Numbers the lines and asks the server for problems while somebody types. Without it the form has a button.
(() => {
  "use strict";
  const PAUSE_MS = 500;
  const form = document.getElementById("policy-form");
  const text = document.getElementById("policy-text");
  const lines = document.getElementById("policy-lines");
  const state = document.getElementById("policy-state");
  const list = document.getElementById("policy-problems");
  let waiting = 0;
  let asked = 0;
  let problems = [];
  let next = 0;

  const numberLines = () => {
    const count = text.value.split("\n").length;
    lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n") + "\n";
    lines.scrollTop = text.scrollTop;
  };

  const goTo = (problem) => {
    const before = text.value.split("\n").slice(0, problem.line - 1);
    const start = before.reduce((sum, line) => sum + line.length + 1, 0) + problem.column - 1;
    text.focus();
    text.setSelectionRange(start, start);
    const height = text.scrollHeight / text.value.split("\n").length;
    text.scrollTop = Math.max(0, (problem.line - 6) * height);
    lines.scrollTop = text.scrollTop;
  };

  const tell = (answer) => {
    problems = answer.problems;
    next = 0;
    const count = problems.length;
    state.textContent = count
      ? `${count} problem${count === 1 ? "" : "s"}.`
      : `No problems in ${answer.policies} policies.`;
    state.className = count ? "cx-error" : "";
    list.replaceChildren(
      ...problems.map((problem) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "cx-problem";
        button.textContent = `Line ${problem.line}, column ${problem.column}: ${problem.message}`;
        button.addEventListener("click", () => goTo(problem));
        item.append(button);
        return item;
      }),
    );
  };

  const ask = async () => {
    const mine = ++asked;
    try {
      const body = new URLSearchParams({ text: text.value });
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token },
        credentials: "same-origin",
      });
      if (mine !== asked) return;
      if (!answer.ok) throw new Error(String(answer.status));
      tell(await answer.json());
    } catch {
      if (mine === asked) state.textContent = "The server did not answer. Use Check, or sign in again.";
    }
  };

  text.addEventListener("input", () => {
    numberLines();
    state.textContent = "Checking …";
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
  form.addEventListener("keydown", (event) => {
    if (event.key === "F8" && problems.length) {
      event.preventDefault();
      goTo(problems[next]);
      next = (next + 1) % problems.length;
    }
  });
  numberLines();
})();
