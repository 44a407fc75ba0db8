"""Which database: its address for JDBC. Nothing that a person set is ignored in silence, as JDBC's driver would."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit


class RequestError(Exception):
    """The request was wrong, and nothing was touched: exit code 2."""


# libpq's parameters of a URL and what the driver calls them.
PARAMETERS = {
    "sslmode": "sslmode",
    "sslrootcert": "sslrootcert",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslpassword": "sslpassword",
    "options": "options",
    "connect_timeout": "connectTimeout",
    "target_session_attrs": "targetServerType",
}
SERVER_TYPES = {"any": "any", "read-write": "primary", "primary": "primary"}
# libpq's environment variables that choose a server, or how much it must prove; the others only fill in what the URL says.
VARIABLES = (
    "PGHOSTADDR", "PGSERVICE", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGSSLMODE", "PGREQUIRESSL", "PGSSLNEGOTIATION",
    "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGSSLCRLDIR", "PGSSLCERTMODE", "PGSSLMINPROTOCOLVERSION",
    "PGSSLMAXPROTOCOLVERSION", "PGCHANNELBINDING", "PGREQUIREAUTH", "PGREQUIREPEER", "PGGSSENCMODE", "PGOPTIONS",
)


def jdbc_address(url: str, environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The JDBC form of a postgresql:// address, and user and password beside it. Raises RequestError for a setting that can't be
    honoured, which names it."""
    for name in VARIABLES:
        if environment.get(name):
            raise RequestError(f"{name} is set, which this job can't honour: unset it, and say in the database's URL what is meant")
    parts = urlsplit(url)
    if "," in parts.netloc:
        raise RequestError("the database's URL names several hosts, which this job can't try in turn: name the one that takes writes")
    try:
        port = parts.port or 5432
    except ValueError:
        port = None
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or port is None or not parts.path.strip("/"):
        raise RequestError("the database must be given as postgresql://user:password@host:port/database")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    # In libpq's URLs a + is a plus.
    query = driver_parameters(dict(parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)))
    login = {"user": parts.username, "password": parts.password}
    address = f"jdbc:postgresql://{host}:{port}/{parts.path.strip('/')}"
    if query:
        address += f"?{urlencode(query)}"
    return address, {key: unquote(value) for key, value in login.items() if value is not None}


def driver_parameters(given: dict[str, str]) -> dict[str, str]:
    """Raises RequestError."""
    for name in given:
        if name not in PARAMETERS:
            known = ", ".join(PARAMETERS)
            raise RequestError(f"the database's URL asks for {name}, which this job can't honour: leave it out; it knows {known}")
    attributes = given.get("target_session_attrs")
    if attributes is not None and attributes not in SERVER_TYPES:
        raise RequestError(f"the database's URL asks for target_session_attrs={attributes}, and the job writes: name one that takes writes")
    return {PARAMETERS[name]: SERVER_TYPES[value] if name == "target_session_attrs" else value for name, value in given.items()}
