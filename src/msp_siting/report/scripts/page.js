"use strict";
// Marks the page as one whose script runs: what only a script can do is shown then.
document.documentElement.classList.add("scripted");
