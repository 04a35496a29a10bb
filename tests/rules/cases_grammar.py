"""The table, continued: texts in a grammar of AWS: names, patterns, statements and schedules."""

from __future__ import annotations

from typing import Final

from lambda_constructs.rules import (
    authorizers,
    cors,
    custom_domain,
    event,
    event_rule,
    iot_sql,
    log,
    provisioned_concurrency,
    queue,
    rest_api,
    routes,
    schedule,
)
from lambda_constructs.rules.routes import Route
from tests.rules.case import Case, accept, refuse

CRONS: Final = (
    "0 9 * * ? *",
    "0/15 8-18 ? * MON-FRI *",
    "0 9 L * ? 2026-2030",
    "0 9 15W JAN,feb ? *",
    "0 9 L-3 * ? *",
    "0 9 ? * 6#3 *",
    "0 9 ? * FRIL",
    "0 9 29 2 ? 2027,2028",
    "0 9 29 2 ? 2026-2030",
    "0 9 L,1 * ? *",
    "0 9 */5 2 ? *",
    "0 9 29 2 ? *",
    "0 9 31 2,3 ? *",
    "*/5 * * * ? *",
)
BAD_CRONS: Final = (
    "0 25 * * ? *",
    "60 9 * * ? *",
    "0 9 ? * MON#6 *",
    "0 9 1 * MON *",
    "0 9 * * * *",
    "0 9 ? * ? *",
    "0 9 31 2 ? *",
    "0 9 31 APR,JUN ? *",
    "0 9 32 * ? *",
    "0 9 ? 13 MON *",
    "0 9 ? * MONDAY *",
    "0 9 ? * MON 1969",
    "0/0 9 * * ? *",
    "*-5 9 * * ? *",
    "0, 9 * * ? *",
    "0 9 30-31 2 ? *",
    "0 9 31W,31 2,4 ? *",
    "0 9 30/1 FEB ? *",
    "0 9 29 2 ? 2027",
    "0 9 1,? * ? *",
    "0 9 ? * MON#1,FRI#3 *",
    "0/90 9 * * ? *",
    "\u0665 9 * * ? *",
)
TIMES: Final = ("rate(1 minutes)", "rate(66000 days)", "at(2028-02-29T23:59:59)")
BAD_TIMES: Final = (
    "rate(0 days)",
    "rate(\u0665 minutes)",
    "rate(99999 days)",
    "at(2027-02-29T00:00:00)",
    "at(2026-01-01T24:00:00)",
    "at(0000-01-01T00:00:00)",
)
BAD_RULE_SCHEDULES: Final = (
    "at(2028-02-29T23:59:59)",
    "rate(1 days)",
    "rate(2 day)",
    "cron(0 9 * * ?)",
    "cron(0 25 * * ? *)",
)
STATEMENTS: Final = (
    "SELECT * FROM 'shop/+/till'",
    'select a.from AS where FROM "a/#" WHERE a.where > 5',
    "select {'a': f(x[0], ')')} as b",
    "SELECT (SELECT VALUE n FROM e) AS x FROM '$aws/things/a/b/c/d/e/f/g/h' WHERE startswith(x, 'from')",
    "SET @x = 1 SELECT @x FROM '+/#'",
    "SELECT * FROM '" + "x" * 256 + "'",
)
BAD_STATEMENTS: Final = (
    "",
    "* FROM 'a'",
    "FROM 'a' SELECT *",
    "INSERT SELECT * FROM 'a'",
    "SELECT",
    "SELECT FROM 'a'",
    "SELECT * FROM",
    "SELECT * FROM shop",
    "SELECT * FROM 'a' 'b'",
    "SELECT * FROM 'a' FROM 'b'",
    "SELECT * WHERE a FROM 'b'",
    "SELECT * FROM 'a' WHERE",
    "SELECT * FROM ''",
    "SELECT * FROM 'a/#/b'",
    "SELECT * FROM 'a#'",
    "SELECT * FROM 'a+/b'",
    "SELECT * FROM 'a/b/c/d/e/f/g/h/i'",
    "SELECT * FROM '" + "x" * 257 + "'",
    "SELECT * FROM 'a'; DROP",
    "SELECT * FROM 'a' -- all",
    "SELECT f( FROM 'a'",
    "SELECT f) FROM 'a'",
    "SELECT f(]) FROM 'a'",
    "SELECT * FROM 'a",
)
LOG_FILTERS: Final = (
    "",
    "ERROR -INFO",
    '"a \\"b"',
    '{ ($.a = "(") || ($.b = 5) }',
    "[ip, user, ...]",
    "%a.b%",
    "a (b",
)
BAD_LOG_FILTERS: Final = ('"a', '{ $.a = "b', "{ $.a = 5", "{", "[a, b", "{ ($.a = 5 }", "x" * 1_025)
RECIPIENTS: Final = (
    "orders@shop.example",
    "a+b@Shop.example",
    "shop.example",
    ".shop.example",
    "xn--a.example",
)
BAD_RECIPIENTS: Final = (
    "",
    "shop",
    "a@b@shop.example",
    "a b@shop.example",
    "ä@shop.example",
    "@shop.example",
)
ORIGINS: Final = (
    "*",
    "https://shop.example:65535",
    "http://localhost:3000",
    "http://shop.example:443",
    "http://[::1]:8080",
    "chrome-extension://abc",
)
BAD_ORIGINS: Final = (
    "https://shop.example:65536",
    "https://shop.example:0",
    "https://shop.example:443",
    "http://shop.example:80",
    "https://Shop.example",
    "https://shop.example/",
    "https://*.shop.example",
    "https://a..b",
    "https://-a",
    "https://'",
    "null",
)
BAD_ISSUERS: Final = (
    "http://a",
    "https://",
    "https:///a",
    "https://a b",
    "https://a'b",
    "https://a/?b",
    "https://a/" + "b" * 2_040,
)
PATHS: Final = ("/", "/a.b-c_~/{id}", "/a%20b:c;d=e,f@g!h", "/{a}/{b}/{rest+}")
BAD_PATHS: Final = (
    "/a?b=1",
    "/a#b",
    "/ä",
    '/a"',
    "/a<b>",
    "/a\\b",
    "/a%zz",
    "/{ä}",
    "/{a'b}",
    "/{a}/{a}",
    "/{a+}/b",
    "/" + "x" * 1_000,
)
GRAMMAR: Final[tuple[Case, ...]] = (
    *(accept(schedule.schedule_expression, f"cron({each})") for each in CRONS),
    *(refuse(schedule.schedule_expression, f"cron({each})") for each in BAD_CRONS),
    *(accept(provisioned_concurrency.provisioned_schedule, f"cron({each})") for each in CRONS),
    *(refuse(provisioned_concurrency.provisioned_schedule, f"cron({each})") for each in BAD_CRONS),
    refuse(provisioned_concurrency.provisioned_range, 1, 0),
    *(
        check(rule, each)
        for rule in (schedule.schedule_expression, provisioned_concurrency.provisioned_schedule)
        for check, expressions in ((accept, TIMES), (refuse, BAD_TIMES))
        for each in expressions
    ),
    *(
        accept(schedule.rule_schedule, each)
        for each in ("rate(1 day)", "rate(10 hours)", "cron(0 9 * * ? *)")
    ),
    *(refuse(schedule.rule_schedule, each) for each in BAD_RULE_SCHEDULES),
    refuse(provisioned_concurrency.provisioned_schedule, "at noon"),
    accept(schedule.time_zone_known, "Europe/Berlin"),
    accept(schedule.time_zone_known, "UTC"),
    refuse(schedule.time_zone_known, "Europe/Entenhausen"),
    *(refuse(schedule.time_zone_known, each) for each in ("", "localtime", "europe/berlin", "UTC+1")),
    accept(queue.queue_name_form, "Orders_1-a.fifo", fifo=True),
    *(refuse(queue.queue_name_form, each, fifo=False) for each in ("", "a b", "a\n", "ä", "a.b")),
    *(
        accept(event_rule.trigger_name, "source.rule_name", each)
        for each in ("a", "Shop.Orders_1-2", "x" * 64)
    ),
    *(refuse(event_rule.trigger_name, "Name", each) for each in ("", "a b", "a\n", "ä", "a/b", "x" * 65)),
    accept(event_rule.rule_description_length, "Orders " * 73),
    refuse(event_rule.rule_description_length, "Orders " * 74),
    *(
        accept(event_rule.event_input_path, each)
        for each in ("$", "$.detail-type", "$.resources[0]", "$.detail.a")
    ),
    *(refuse(event_rule.event_input_path, each) for each in ("$.detial", "$.detail_type", "$.detials.a")),
    *(accept(rest_api.stage_name_form, each) for each in ("v1", "Test_2-b", "x" * 128)),
    *(refuse(rest_api.stage_name_form, each) for each in ("", "$default", "a b", "v1\n", "x" * 129)),
    *(accept(iot_sql.iot_sql_form, each) for each in STATEMENTS),
    *(refuse(iot_sql.iot_sql_form, each) for each in BAD_STATEMENTS),
    *(accept(log.log_filter_pattern, each) for each in (*LOG_FILTERS, "x" * 1_024)),
    *(refuse(log.log_filter_pattern, each) for each in BAD_LOG_FILTERS),
    accept(log.log_group_class, "Shop/Lines", "STANDARD"),
    refuse(log.log_group_class, "Shop/Lines", "INFREQUENT_ACCESS"),
    *(accept(event.mail_recipient, each) for each in RECIPIENTS),
    *(refuse(event.mail_recipient, each) for each in BAD_RECIPIENTS),
    accept(event.mail_recipients_maximum, 100),
    refuse(event.mail_recipients_maximum, 101),
    refuse(event.mail_recipients_maximum, 0),
    accept(event.mail_prefix_without_bucket, given=False),
    refuse(event.mail_prefix_without_bucket, given=True),
    accept(event.notification_filter_length, "source.prefix", "x" * 1_024),
    refuse(event.notification_filter_length, "source.prefix", "ä" * 513),
    refuse(event.notification_filter_length, "source.prefix", "a\0"),
    accept(
        event.notification_events_overlap, ["OBJECT_CREATED_PUT", "OBJECT_CREATED_COPY", "OBJECT_REMOVED"]
    ),
    accept(
        event.notification_events_overlap, ["OBJECT_REMOVED_DELETE", "OBJECT_REMOVED_DELETE_MARKER_CREATED"]
    ),
    refuse(event.notification_events_overlap, ["OBJECT_CREATED_PUT", "OBJECT_CREATED"]),
    accept(event.notification_filter_literal, "source.prefix", "images/"),
    accept(event.notification_filter_literal, "source.suffix", "/index.html"),
    refuse(event.notification_filter_literal, "source.prefix", "/images"),
    refuse(event.notification_filter_literal, "source.suffix", "*.jpg"),
    accept(cors.header_name, "cors.allow_headers", "X-Amz-Date"),
    accept(cors.header_name, "cors.allow_headers", "*"),
    *(refuse(cors.header_name, "cors.allow_headers", each) for each in ("", "a b", "a'b", 'a"b', "ä", "a,b")),
    *(accept(cors.cors_origin, each) for each in ORIGINS),
    *(refuse(cors.cors_origin, each) for each in BAD_ORIGINS),
    accept(authorizers.jwt_issuer, "https://login.shop.example:8443/pool/eu-west-1_a~b"),
    *(refuse(authorizers.jwt_issuer, each) for each in BAD_ISSUERS),
    accept(authorizers.jwt_audience_form, "api://shop orders"),
    *(refuse(authorizers.jwt_audience_form, each) for each in ("", " ", "a\nb")),
    accept(authorizers.scope_form, "https://shop.example/orders.read"),
    *(refuse(authorizers.scope_form, each) for each in ("", "a b", 'a"', "ä", "x" * 65)),
    accept(custom_domain.domain_name, ".".join(["a" * 62] * 3 + ["b" * 50, "example"])),
    refuse(custom_domain.domain_name, ".".join(["a" * 62] * 4 + ["example"])),
    *(accept(routes.route_form, f"GET {each}") for each in PATHS),
    *(refuse(routes.route_form, f"GET {each}") for each in BAD_PATHS),
    *(accept(rest_api.binary_media_type, each) for each in ("image/png", "application/vnd.shop+zip", "*/*")),
    *(refuse(rest_api.binary_media_type, each) for each in ("", "png", "image/*", "image/png; q=1", "a b/c")),
    accept(rest_api.path_part_form, Route("GET", "/ping/{id}")),
    *(refuse(rest_api.path_part_form, Route("GET", each)) for each in ("/ping", "/sping")),
)
