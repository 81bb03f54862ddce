{# The columns name one row each, none of them is empty (but those in `may_be_null`, whose nulls are a value like any
   other), and, unless `may_be_empty`, there are rows at all. #}
{% test unique_grain(model, columns, may_be_empty=false, may_be_null=[]) %}

with
repeated as (
    select
        'repeated or empty key' as problem,
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 {% for column in columns if column not in may_be_null %} or {{ column }} is null {% endfor %}
),

missing as (
    select
        'no rows' as problem,
        count(*) as row_count
    from {{ model }}
    having count(*) = 0
)

select * from repeated
{% if not may_be_empty %}
    union all
    select * from missing
{% endif %}

{% endtest %}
