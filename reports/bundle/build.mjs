// Makes dist/: the libraries inside report.html with their licences, and their checksums, which a test holds them to.
// axe-core, the accessibility rules of the browser tests, goes to tests/reports/axe/ in the same way.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const BUNDLED = ["echarts", "zrender", "tslib", "tabulator-tables"];
const LICENCE_FILES = { echarts: ["LICENSE", "NOTICE"], tslib: ["LICENSE.txt"] };
const AXE = "../../tests/reports/axe";

const read = (path) => readFileSync(path, "utf8");
const from = (name, file) => `node_modules/${name}/${file}`;

function licence(name) {
  const { version, license } = JSON.parse(read(from(name, "package.json")));
  const texts = (LICENCE_FILES[name] ?? ["LICENSE"]).map((file) => read(from(name, file)).trim());
  return [`${name} ${version}, ${license}`, ...texts].join("\n\n");
}

function sums(folder, names) {
  const line = (name) => `${createHash("sha256").update(readFileSync(`${folder}/${name}`)).digest("hex")}  ${name}\n`;
  writeFileSync(`${folder}/SHA256SUMS`, names.map(line).join(""));
}

mkdirSync("dist", { recursive: true });
mkdirSync(AXE, { recursive: true });
const licences = BUNDLED.map(licence).join(`\n\n${"-".repeat(80)}\n\n`);
writeFileSync("dist/LICENSES.txt", `${licences}\n`);
await build({
  entryPoints: ["entry.js"],
  outfile: "dist/libraries.js",
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "reportLibraries",
  target: "es2022",
  legalComments: "none",
  banner: { js: `/*\n${licences.replaceAll("*/", "* /")}\n*/` },
});
copyFileSync(from("tabulator-tables", "dist/css/tabulator_simple.min.css"), "dist/libraries.css");
sums("dist", ["libraries.js", "libraries.css", "LICENSES.txt"]);
for (const file of ["axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"]) copyFileSync(from("axe-core", file), `${AXE}/${file}`);
sums(AXE, ["axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"]);
