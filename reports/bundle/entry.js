// What of ECharts and Tabulator the report uses, and nothing else; `make bundle` makes dist/libraries.js of it.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import {
  FilterModule, FormatModule, InteractionModule, KeybindingsModule, ResizeTableModule, SortModule,
  Tabulator,
} from "tabulator-tables";

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
Tabulator.registerModule([
  FilterModule, FormatModule, InteractionModule, KeybindingsModule, ResizeTableModule, SortModule,
]);

export { Tabulator, init };
