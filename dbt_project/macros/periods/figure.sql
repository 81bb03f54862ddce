{# Arithmetic that several marts share: exact means of money, rates with their interval, changes on a base. #}

{# Cents (integer) as money. Decimal arithmetic throughout: a cent never passes through a float. #}
{% macro cents_to_money(cents) -%}
    cast(cast({{ cents }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}

{# Money (decimal, never negative) divided by a count, rounded half up to the cent in whole numbers; null for no rows. #}
{% macro mean_money(total, row_count) -%}
    {%- set cents = "cast(" ~ total ~ " * 100 as hugeint)" -%}
    case when {{ row_count }} > 0 then {{ cents_to_money(
        "(2 * " ~ cents ~ " + " ~ row_count ~ ") // (2 * " ~ row_count ~ ")"
    ) }} end
{%- endmacro %}

{# A figure (0 or more) rounded to two significant digits, so that it tells a size and no single row. #}
{% macro two_digits(figure) -%}
    case when {{ figure }} > 0 then round(cast({{ figure }} as double), 1 - cast(floor(log10({{ figure }})) as integer)) else 0 end
{%- endmacro %}

{# part / whole as a double; null where the whole is null or 0, so that no division yields infinity or NaN. #}
{% macro ratio(part, whole) -%}
    cast({{ part }} as double) / cast(nullif({{ whole }}, 0) as double)
{%- endmacro %}

{# (now - base) / base; null where the base is missing or 0. #}
{% macro change_ratio(now, base) -%}
    cast({{ now }} - {{ base }} as double) / cast(nullif({{ base }}, 0) as double)
{%- endmacro %}

{# One end of the 95 % Wilson score interval of won / decided (E. B. Wilson, 1927); `sign` is '-' or '+'.
   Null where nothing was decided. Kept within 0 and 1 against the last bit of the float. #}
{% macro wilson(won, decided, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set p = ratio(won, decided) -%}
    {%- set z2n = (z * z) ~ " / " ~ decided -%}
    case when {{ decided }} > 0 then least(1.0, greatest(0.0,
        ({{ p }} + {{ z2n }} / 2
        {{ sign }} {{ z }} * sqrt(({{ p }}) * (1 - {{ p }}) / {{ decided }} + {{ z2n }} / (4 * {{ decided }})))
        / (1 + {{ z2n }})
    )) end
{%- endmacro %}

{# Numbers of the policy; macros of their own, so that a unit test can set them. #}
{% macro small_sample_deals() %}{{ return(policy('data_quality.small_sample_deals')) }}{% endmacro %}
{% macro activation_days() %}{{ return(policy('programme.activation_days')) }}{% endmacro %}
{% macro active_months() %}{{ return(policy('programme.active_months')) }}{% endmacro %}
{% macro retention_months() %}{{ return(policy('programme.retention_months')) }}{% endmacro %}
{% macro top_share() %}{{ return(policy('programme.top_share')) }}{% endmacro %}
{% macro few_partners() %}{{ return(policy('programme.few_partners')) }}{% endmacro %}
{% macro fewest_peers() %}{{ return(policy('programme.fewest_peers')) }}{% endmacro %}
{% macro primary_model() %}{{ return(policy('primary_model')) }}{% endmacro %}

{# True where a rate over this many deals must be marked. #}
{% macro is_small_sample(decided) -%}
    {{ decided }} < {{ small_sample_deals() }}
{%- endmacro %}
