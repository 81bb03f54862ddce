// Inflates what the page carries compressed, and starts the libraries among it.

/** The text of the data block `id`, which holds base64 of gzip. */
async function inflate(id) {
  const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (char) => char.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** ECharts' `init` and `Tabulator`. The page's policy allows this one script by the hash of its text. */
async function startLibraries() {
  const script = document.createElement("script");
  script.textContent = await inflate("libraries");
  document.head.append(script);
  script.remove();
  return window.reportLibraries;
}
