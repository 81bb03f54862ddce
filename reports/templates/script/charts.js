// Draws the charts in the colours of the page, whose CSS variables follow light, dark and paper by themselves.

const NARROW = 520;
const ROW = 28;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const HEIGHTS = {
  composition: (_, isNarrow) => (isNarrow ? 128 : 84),
  columns: (_, isNarrow) => (isNarrow ? 340 : 320),
  lines: (_, isNarrow) => (isNarrow ? 340 : 300),
  bars: (chart) => ROW * chart.labels.length + 12,
  dots: (chart) => ROW * chart.labels.length + 76,
};
const DASHES = { involved: "solid", sourced: [6, 3], influenced: [2, 3] };
const color = (role) => `var(--c-${role})`;

function number(value, places) {
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function written(value, unit) {
  if (value === null || value === undefined) return "none";
  return unit === "share" ? `${number(value * 100, 1)}%` : `${unit} ${number(value, 2)}`.trim();
}

function short(value, unit) {
  if (unit === "share") return `${number(value * 100, 0)}%`;
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}

function textStyle(more) {
  return { color: "var(--ink-2)", fontSize: 12, ...more };
}

function legend(data, isStacked) {
  return { top: 0, left: 0, orient: isStacked ? "vertical" : "horizontal", itemGap: isStacked ? 8 : 18, itemWidth: 14, itemHeight: 11, selectedMode: false, data,
    inactiveColor: "var(--ink-2)", textStyle: { color: "var(--ink)", fontSize: 12.5 } };
}

function tooltip(chart, more) {
  const line = (item) => `${item.seriesName}: ${written(Array.isArray(item.value) ? item.value[0] : item.value, chart.unit)}`;
  return { renderMode: "richText", confine: true, backgroundColor: "var(--surface)", borderColor: "var(--rule)", padding: 10,
    textStyle: { color: "var(--ink)", fontSize: 12.5 }, transitionDuration: 0,
    formatter: (found) => {
      const items = [found].flat().filter((item) => item.seriesName);
      return [items[0]?.name, ...items.map(line)].filter(Boolean).join("\n");
    }, ...more };
}

function valueAxis(chart, more) {
  return { type: "value", axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: "var(--grid)" } },
    splitNumber: 4, axisLabel: textStyle({ formatter: (value) => short(value, chart.unit), hideOverlap: true }), ...more };
}

function periodAxis(chart, isNarrow) {
  const isDense = isNarrow || chart.labels.length > 16;
  return { type: "category", data: chart.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: "var(--rule)" } },
    axisLabel: textStyle({ rotate: isDense ? 50 : 0, interval: 0, margin: 10 }) };
}

// Names by their place, since two partners may have one name.
function nameAxis(chart, isNarrow) {
  return { type: "category", inverse: true, data: chart.labels.map((_, place) => place), axisTick: { show: false }, axisLine: { show: false },
    axisLabel: textStyle({ color: "var(--ink)", interval: 0, width: isNarrow ? 108 : 220, overflow: "truncate", formatter: (place) => chart.labels[place] }) };
}

const QUIET = { emphasis: { disabled: true }, animationDuration: 250 };

const KINDS = {
  composition(chart, isNarrow) {
    return {
      legend: legend(chart.series.map((one) => one.name), isNarrow),
      grid: { left: 0, right: 0, top: isNarrow ? 88 : 44, bottom: 0 },
      xAxis: { type: "value", show: false, max: "dataMax" },
      yAxis: { type: "category", show: false, data: chart.labels },
      series: chart.series.map((one) => ({ ...QUIET, type: "bar", stack: "all", name: one.name, data: one.values, barWidth: 34,
        itemStyle: { color: color(one.role), borderColor: "var(--surface)", borderWidth: 1 } })),
      tooltip: tooltip(chart, { trigger: "item" }),
    };
  },
  columns(chart, isNarrow) {
    return {
      legend: legend(chart.series.map((one) => one.name)),
      grid: { left: 48, right: 8, top: isNarrow ? 62 : 44, bottom: isNarrow ? 76 : 32 },
      xAxis: periodAxis(chart, isNarrow),
      yAxis: valueAxis(chart),
      series: chart.series.map((one) => ({ ...QUIET, type: "bar", stack: "all", name: one.name, data: one.values, barCategoryGap: "22%",
        itemStyle: { color: color(one.role), borderColor: "var(--surface)", borderWidth: 1 } })),
      tooltip: tooltip(chart, { trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: "var(--ink)", opacity: 0.06 } } }),
    };
  },
  lines(chart, isNarrow) {
    return {
      legend: legend(chart.series.map((one) => one.name)),
      grid: { left: 48, right: 12, top: isNarrow ? 62 : 44, bottom: isNarrow ? 76 : 32 },
      xAxis: periodAxis(chart, isNarrow),
      yAxis: valueAxis(chart),
      series: chart.series.map((one) => ({ ...QUIET, type: "line", name: one.name, data: one.values, symbol: "circle", symbolSize: 6,
        lineStyle: { width: 2.5, type: DASHES[one.role] ?? "solid", color: color(one.role) }, itemStyle: { color: color(one.role) } })),
      tooltip: tooltip(chart, { trigger: "axis", axisPointer: { lineStyle: { color: "var(--rule)" } } }),
    };
  },
  bars(chart, isNarrow) {
    const [one] = chart.series;
    const places = chart.unit === "share" ? (value) => written(value, "share") : (value) => number(value, 0);
    return {
      grid: { left: isNarrow ? 120 : 232, right: isNarrow ? 76 : 96, top: 4, bottom: 4 },
      xAxis: { type: "value", show: false },
      yAxis: nameAxis(chart, isNarrow),
      series: [{ ...QUIET, type: "bar", name: one.name, data: one.values, barWidth: "66%", itemStyle: { color: color(one.role) },
        label: { show: true, position: "right", color: "var(--ink)", fontSize: 12, formatter: (item) => places(item.value) } }],
      tooltip: tooltip(chart, { trigger: "item", formatter: (item) => `${chart.labels[item.dataIndex]}\n${written(item.value, chart.unit)}` }),
    };
  },
  dots(chart, isNarrow) {
    const chosen = chart.series.filter((one) => one.role !== "muted");
    const others = chart.series.filter((one) => one.role === "muted");
    const name = (one) => (one.role === "muted" ? "Other models" : one.name);
    const known = (place) => chart.series.map((one) => one.values[place]).filter((value) => value !== null);
    const least = chart.labels.map((_, place) => Math.min(...known(place)));
    const range = (data, fill) => ({ ...QUIET, type: "bar", stack: "range", data, barWidth: 2, silent: true, itemStyle: { color: fill } });
    const dots = (one) => ({ ...QUIET, type: "scatter", name: name(one), symbolSize: 9, itemStyle: { color: color(one.role), opacity: 1 },
      data: one.values.map((value, place) => ({ value: [value, place], name: `${chart.labels[place]}, ${one.name}` })) });
    return {
      legend: legend([...new Set([...chosen, ...others].map(name))]),
      grid: { left: isNarrow ? 120 : 232, right: 16, top: 34, bottom: 30 },
      xAxis: valueAxis(chart),
      yAxis: nameAxis(chart, isNarrow),
      series: [range(least, "transparent"), range(chart.labels.map((_, place) => Math.max(...known(place)) - least[place]), "var(--rule)"),
        ...others.map(dots), ...chosen.map(dots)],
      tooltip: tooltip(chart, { trigger: "item", formatter: (item) => `${item.name}\n${written(item.value[0], chart.unit)}` }),
    };
  },
};

/** The room that a chart will take, so that nothing moves when it is drawn. */
function reserve(place, chart) {
  place.style.height = `${HEIGHTS[chart.kind](chart, place.clientWidth < NARROW)}px`;
}

/** Draw `chart` into `place`, and again whenever its width changes; on paper it shrinks to the sheet. */
function draw(init, place, chart) {
  reserve(place, chart);
  const drawn = init(place, null, { renderer: "svg" });
  let isNarrow = null;
  const show = () => {
    reserve(place, chart);
    drawn.resize({ width: "auto", height: "auto", silent: true });
    place.querySelector("svg").setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`);
    if (isNarrow !== drawn.getWidth() < NARROW) {
      isNarrow = drawn.getWidth() < NARROW;
      drawn.setOption({ animation: !STILL.matches, textStyle: { fontFamily: getComputedStyle(place).fontFamily }, ...KINDS[chart.kind](chart, isNarrow) }, true);
    }
  };
  show();
  const watcher = new ResizeObserver(() => { if (place.offsetWidth && !matchMedia("print").matches) show(); });
  watcher.observe(place);
  return { forget: () => { watcher.disconnect(); drawn.dispose(); } };
}

/** Every chart on the page by the id of its place. */
class Drawings {
  #held = new Map();

  constructor(init) { this.init = init; }

  /** Draw `charts`, by the id of their place, instead of those whose ids began with `prefix`. */
  draw(charts, prefix) {
    for (const [id, one] of [...this.#held].filter(([held]) => held.startsWith(prefix))) {
      one.forget();
      this.#held.delete(id);
    }
    for (const [id, chart] of Object.entries(charts)) this.#held.set(id, draw(this.init, document.getElementById(id), chart));
  }
}
