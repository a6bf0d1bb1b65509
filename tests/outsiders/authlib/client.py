"""Authlib as one process that signs in to a provider of a test. It knows neither pushed requests nor DPoP.

Its arguments are a scenario's name and, in JSON, what it needs: `issuer`, and `client_id`, `secret` and `method` of a client that
authenticates. The lines that it prints and reads are those of ../openid-client/client.mjs.
"""

import json
import secrets
import sys
import time
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCENARIO, OPTIONS = sys.argv[1], json.loads(sys.argv[2])
ISSUER = OPTIONS["issuer"]
CLIENT_ID = OPTIONS.get("client_id", "demo")
SCOPE = "openid profile email offline_access"
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"]


def say(line):
    print(json.dumps(line), flush=True)


def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return line.strip()


def discover():
    metadata = requests.get(ISSUER + "/.well-known/openid-configuration", timeout=20).json()
    # OIDC Discovery 1.0 section 4.3: whoever uses the library compares it.
    if metadata["issuer"] != ISSUER:
        raise ValueError("another issuer")
    return metadata


def session(**more):
    method = OPTIONS.get("method", "none")
    secret = OPTIONS.get("secret")
    return OAuth2Session(
        CLIENT_ID,
        secret,
        scope=SCOPE,
        redirect_uri="com.example.app:/callback",
        token_endpoint_auth_method=method,
        code_challenge_method="S256",
        **more,
    )


def claims_of(metadata, tokens, nonce=None):
    """The claims of an ID Token, with each check that the library has."""
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=20).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=ALGORITHMS)
    options = {"iss": {"essential": True, "value": metadata["issuer"]}, "aud": {"essential": True, "value": CLIENT_ID}}
    params = {"nonce": nonce, "client_id": CLIENT_ID, "access_token": tokens["access_token"]}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate()
    return claims


def sign_in(metadata, client):
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    say({"visit": url})
    redirect = hear()
    tokens = client.fetch_token(metadata["token_endpoint"], authorization_response=redirect, state=state, code_verifier=verifier)
    return tokens, claims_of(metadata, tokens, nonce)


def refusal(attempt):
    """The name of the error by which something that must fail fails."""
    try:
        attempt()
    except AuthlibBaseError as error:
        return error.error
    except (JoseError, ValueError) as error:
        return type(error).__name__
    return "nothing"


def code():
    """Sign-in, UserInfo, refresh with rotation, introspection, a token that is used twice, revocation and logout."""
    metadata, client = discover(), session()
    tokens, claims = sign_in(metadata, client)
    person = client.get(metadata["userinfo_endpoint"], timeout=20).json()
    refresh = lambda token: session().refresh_token(metadata["token_endpoint"], refresh_token=token)
    renewed = refresh(tokens["refresh_token"])
    again, _ = sign_in(metadata, client)
    revoke = {"token": again["refresh_token"], "token_type_hint": "refresh_token"}
    answer = session().revoke_token(metadata["revocation_endpoint"], **revoke)
    return {
        "sub": claims["sub"],
        "email": person["email"],
        "rotated": renewed["refresh_token"] != tokens["refresh_token"],
        "revocation": answer.status_code,
        "revoked": refusal(lambda: refresh(again["refresh_token"])),
        "reused": refusal(lambda: refresh(tokens["refresh_token"])),
        "family": refusal(lambda: refresh(renewed["refresh_token"])),
        "logout": metadata["end_session_endpoint"] + "?" + urlencode({"id_token_hint": again["id_token"]}),
    }


def authenticated():
    """A client with a secret, in whichever place; and what introspection says of its token."""
    metadata, client = discover(), session()
    tokens, claims = sign_in(metadata, client)
    ask = lambda: client.introspect_token(metadata["introspection_endpoint"], token=tokens["access_token"]).json()["active"]
    before = ask()
    client.revoke_token(metadata["revocation_endpoint"], token=tokens["access_token"]).raise_for_status()
    return {"sub": claims["sub"], "active": [before, ask()]}


def device():
    metadata, client = discover(), session()
    asked = {"client_id": CLIENT_ID, "scope": SCOPE}
    asked = requests.post(metadata["device_authorization_endpoint"], data=asked, timeout=20).json()
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": asked["device_code"]}
    poll = lambda: client.fetch_token(metadata["token_endpoint"], **grant)
    early = refusal(poll)
    say({"device": {"user_code": asked["user_code"]}})
    hear()
    # RFC 8628 section 3.5: not sooner than the interval.
    time.sleep(asked.get("interval", 5))
    return {"sub": claims_of(metadata, poll())["sub"], "early": early}


def refused():
    """A sign-in in which the provider goes wrong."""
    return {"refusal": refusal(lambda: sign_in(discover(), session()))}


SCENARIOS = {"code": code, "authenticated": authenticated, "device": device, "refused": refused}

try:
    say({"done": SCENARIOS[SCENARIO]()})
except Exception as error:  # noqa: BLE001: the test says what it is
    say({"failed": {"name": type(error).__name__, "message": str(error)}})
