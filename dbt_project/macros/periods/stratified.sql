{#
  Differences between two groups of deals that are not alike: compared within strata (deal type and segment), then put
  together with common weights, so that a difference in mix is not sold as a difference in result. Every macro is an
  aggregate over rows that each hold one stratum: counts, wins, means and variances of group 1 and of group 0.

  Weights n1 n0 / (n1 + n0): W. G. Cochran, "Some methods for strengthening the common chi-square tests", Biometrics 10,
  1954. With them the difference of rates is the Mantel-Haenszel risk difference (S. Greenland and J. M. Robins,
  "Estimation of a common effect parameter from sparse follow-up data", Biometrics 41, 1985). A stratum that holds one
  group alone weighs nothing.
#}

{# Weight of a stratum that holds n1 and n0 deals. #}
{% macro stratum_weight(n1, n0) -%}
    (cast({{ n1 }} as double) * {{ n0 }} / nullif({{ n1 }} + {{ n0 }}, 0))
{%- endmacro %}

{# Mean of the strata's differences mean1 - mean0 by those weights; null where no stratum holds both groups. #}
{% macro stratified_difference(mean1, n1, mean0, n0) -%}
    {%- set weight = stratum_weight(n1, n0) -%}
    sum({{ weight }} * ({{ mean1 }} - {{ mean0 }})) / nullif(sum({{ weight }}), 0)
{%- endmacro %}

{# The same of rates won1 / n1 - won0 / n0. #}
{% macro stratified_rate_difference(won1, n1, won0, n0) -%}
    {{ stratified_difference(ratio(won1, n1), n1, ratio(won0, n0), n0) }}
{%- endmacro %}

{# One end (`sign` is '-' or '+') of the 95 % interval of stratified_rate_difference; `columns` are won1, n1, won0, n0.
   The differences d that lie within z standard errors of the estimate, with the variance (d P + Q) / W^2 that holds for
   few large strata and for many small ones (T. Sato, "On the variance estimator for the Mantel-Haenszel risk difference",
   Biometrics 45, 1989), solved for d (B. Klingenberg, "A new and improved confidence interval for the Mantel-Haenszel
   risk difference", Statistics in Medicine 33, 2014). It has a width where nobody, or everybody, won. #}
{% macro stratified_rate_interval(columns, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set won1 = "cast(" ~ columns[0] ~ " as double)" -%}
    {%- set n1 = "cast(" ~ columns[1] ~ " as double)" -%}
    {%- set won0 = "cast(" ~ columns[2] ~ " as double)" -%}
    {%- set n0 = "cast(" ~ columns[3] ~ " as double)" -%}
    {%- set shared = "filter (where " ~ n1 ~ " > 0 and " ~ n0 ~ " > 0)" -%}
    {%- set w2 = "pow(nullif(sum(" ~ stratum_weight(n1, n0) ~ "), 0), 2)" -%}
    {%- set p -%}
        sum(
            ({{ n1 }} * {{ n1 }} * {{ won0 }} - {{ n0 }} * {{ n0 }} * {{ won1 }} + {{ n1 }} * {{ n0 }} * ({{ n0 }} - {{ n1 }}) / 2)
            / pow({{ n1 }} + {{ n0 }}, 2)
        ) {{ shared }}
    {%- endset -%}
    {%- set q -%}
        sum(({{ won1 }} * ({{ n0 }} - {{ won0 }}) + {{ won0 }} * ({{ n1 }} - {{ won1 }})) / (2 * ({{ n1 }} + {{ n0 }}))) {{ shared }}
    {%- endset -%}
    {%- set d = "(" ~ stratified_rate_difference(won1, n1, won0, n0) ~ ")" -%}
    {%- set middle = "(" ~ d ~ " + " ~ (z * z / 2) ~ " * " ~ p ~ " / " ~ w2 ~ ")" -%}
    {%- set half = "sqrt(greatest(0, pow(" ~ middle ~ ", 2) - pow(" ~ d ~ ", 2) + " ~ (z * z) ~ " * " ~ q ~ " / " ~ w2 ~ "))" -%}
    case when {{ w2 }} > 0 then least(1.0, greatest(-1.0, {{ middle }} {{ sign }} {{ half }})) end
{%- endmacro %}

{# One end of the 95 % interval of stratified_difference; `columns` are mean1, n1, variance1, mean0, n0, variance0. Each
   group's variance within strata is pooled over them, so that a stratum of one deal counts too. Normal approximation: null
   for fewer deals of either group in shared strata than the policy's small sample. #}
{% macro stratified_interval(columns, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set n1 = columns[1] -%}
    {%- set n0 = columns[4] -%}
    {%- set weight = stratum_weight(n1, n0) -%}
    {%- set shared = "filter (where " ~ n1 ~ " > 0 and " ~ n0 ~ " > 0)" -%}
    case
        when least(sum({{ n1 }}) {{ shared }}, sum({{ n0 }}) {{ shared }}) >= {{ small_sample_deals() }} then
            {{ stratified_difference(columns[0], n1, columns[3], n0) }}
            {{ sign }} {{ z }} * sqrt(
                {{ pooled_variance(n1, columns[2]) }} * sum({{ weight }} * {{ weight }} / nullif({{ n1 }}, 0))
                + {{ pooled_variance(n0, columns[5]) }} * sum({{ weight }} * {{ weight }} / nullif({{ n0 }}, 0))
            ) / nullif(sum({{ weight }}), 0)
    end
{%- endmacro %}

{# Variance within strata, from the sample variance of each. #}
{% macro pooled_variance(n, variance) -%}
    (sum(({{ n }} - 1) * {{ variance }}) / nullif(sum({{ n }} - 1) filter (where {{ n }} > 1), 0))
{%- endmacro %}
