"""The real Salesforce client, pointed at the local CRM by an adapter that changes nothing but the address."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from sandbox.server import RunningSandbox


class LoopbackAdapter(HTTPAdapter):
    """Sends what is meant for Salesforce to ``base_url``, and gives up after ``timeout`` seconds."""

    def __init__(self, base_url: str, timeout: float = 20.0) -> None:
        super().__init__()
        self.base_url = base_url
        self.timeout = timeout

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        address = str(request.url)
        request.url = self.base_url + address[address.index("/", len("https://")) :]
        return super().send(request, **{**options, "timeout": self.timeout})


def session(crm: RunningSandbox, timeout: float = 20.0) -> requests.Session:
    """A session that reaches ``crm`` under Salesforce's address."""
    made = requests.Session()
    made.mount("https://", LoopbackAdapter(crm.base_url, timeout))
    return made


def connect(crm: RunningSandbox, timeout: float = 20.0, secret: str = "") -> Salesforce:
    """A logged-in client."""
    return Salesforce(
        domain=crm.domain,
        consumer_key=crm.client_id,
        consumer_secret=secret or crm.client_secret,
        session=session(crm, timeout),
    )


def update(client: Salesforce, *records: dict[str, Any], all_or_none: bool = False) -> Any:
    """A collection update of opportunities."""
    sent = [{"attributes": {"type": "Opportunity"}, **record} for record in records]
    body = {"allOrNone": all_or_none, "records": sent}
    return client.restful("composite/sobjects", method="PATCH", json=body)


def upsert(client: Salesforce, *records: dict[str, Any], name: str = "Partner_Influence__c") -> Any:
    """A collection upsert by External_Key__c."""
    sent = [{"attributes": {"type": name}, **record} for record in records]
    path = f"composite/sobjects/{name}/External_Key__c"
    return client.restful(path, method="PATCH", json={"allOrNone": False, "records": sent})


def codes(results: list[dict[str, Any]]) -> list[str]:
    """Of each result, the status code of its error, or 'ok'."""
    return ["ok" if result["success"] else result["errors"][0]["statusCode"] for result in results]


def values(client: Salesforce, soql: str, field: str = "Id") -> list[Any]:
    """One field of every record that a query gives."""
    return [record[field] for record in client.query_all(soql)["records"]]
