{#
  Rule 1, dates: days, months and windows are cut in the policy's time zone; every stored time is naive UTC.
  The dialect's part (local wall time and back) is dispatched, the rest is arithmetic on wall times.
#}

{% macro as_of() -%}
    {#- The one "now" of a run, UTC. -#}
    cast('{{ var("as_of") }}' as timestamp)
{%- endmacro %}

{% macro to_local(utc) -%}
    {#- Wall time in the policy's time zone of a UTC instant. -#}
    {%- if time_zone() == 'UTC' -%} {{ utc }} {%- else -%}
        {{- adapter.dispatch('to_local', 'pir')(utc, time_zone()) -}}
    {%- endif -%}
{%- endmacro %}

{% macro default__to_local(utc, zone) -%}
    timezone('{{ zone }}', timezone('UTC', {{ utc }}))
{%- endmacro %}

{% macro to_utc(local) -%}
    {#- The UTC instant of a wall time: the first of two where clocks go back, the one after the gap where they go forward. -#}
    {%- if time_zone() == 'UTC' -%} {{ local }} {%- else -%}
        {{- adapter.dispatch('to_utc', 'pir')(local, time_zone()) -}}
    {%- endif -%}
{%- endmacro %}

{% macro default__to_utc(local, zone) -%}
    {#- DuckDB picks the second of two repeated wall times: try the offset that held a day before it. -#}
    {%- set picked = "timezone('UTC', timezone('" ~ zone ~ "', " ~ local ~ "))" -%}
    {%- set day_before = "(" ~ picked ~ " - interval 24 hours)" -%}
    {%- set earlier = "(" ~ local ~ " - (" ~ default__to_local(day_before, zone) ~ " - " ~ day_before ~ "))" -%}
    case when {{ default__to_local(earlier, zone) }} = {{ local }} then {{ earlier }} else {{ picked }} end
{%- endmacro %}

{% macro local_date(utc) -%}
    cast({{ to_local(utc) }} as date)
{%- endmacro %}

{% macro day_start(day) -%}
    {#- The first instant of a local day. -#}
    {{ to_utc('cast(' ~ day ~ ' as timestamp)') }}
{%- endmacro %}

{% macro day_end(day) -%}
    {#- The last microsecond of a local day. -#}
    ({{ to_utc('(cast(' ~ day ~ ' as timestamp) + interval 1 day)') }} - interval 1 microsecond)
{%- endmacro %}

{% macro span(number, unit) -%}
    {#- An interval of so many days or months, which may be negative. -#}
    {{ adapter.dispatch('span', 'pir')(number, unit) }}
{%- endmacro %}

{% macro default__span(number, unit) -%}
    interval ({{ number }}) {{ unit }}
{%- endmacro %}

{% macro days_before(utc, days) -%}
    {#- The same wall time so many local days earlier; a negative number goes forward. -#}
    {{ to_utc('(' ~ to_local(utc) ~ ' - ' ~ span(days, 'days') ~ ')') }}
{%- endmacro %}

{% macro months_before(utc, day, is_day, months) -%}
    {#- The start of a window of calendar months: the same wall time, or the whole day where the end is a date alone. -#}
    case
        when {{ is_day }} then {{ day_start('(' ~ day ~ ' - ' ~ span(months, 'months') ~ ')') }}
        else {{ to_utc('(' ~ to_local(utc) ~ ' - ' ~ span(months, 'months') ~ ')') }}
    end
{%- endmacro %}

{% macro landed_time(column) -%}
    {#- A landed time column as an instant: a date alone means the start of that local day. -#}
    {%- if time_zone() == 'UTC' -%} {{ column }} {%- else -%}
    case
        when {{ list_has('_date_only', "'" ~ column ~ "'") }} then {{ day_start('cast(' ~ column ~ ' as date)') }}
        else {{ column }}
    end
    {%- endif -%}
{%- endmacro %}

{% macro time_text(utc) -%}
    {#- An instant for people: UTC, to the second, with its zone. -#}
    coalesce({{ adapter.dispatch('time_to_the_second', 'pir')(utc) }} || ' UTC', 'no time')
{%- endmacro %}

{% macro default__time_to_the_second(utc) -%}
    strftime({{ utc }}, '%Y-%m-%d %H:%M:%S')
{%- endmacro %}

{% macro time_key(utc) -%}
    {#- An instant as one part of an id: UTC, to the microsecond. -#}
    {{ adapter.dispatch('time_key', 'pir')(utc) }}
{%- endmacro %}

{% macro default__time_key(utc) -%}
    strftime({{ utc }}, '%Y-%m-%dT%H:%M:%S.%f')
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    {{ adapter.dispatch('days_between', 'pir')(first_day, last_day) }}
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    cast(date_diff('day', {{ first_day }}, {{ last_day }}) as integer)
{%- endmacro %}
