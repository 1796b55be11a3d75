#!/usr/bin/env python3
"""A worker of `athanor serve`: claims an experiment, measures, reports; until the campaign ends.

    python3 worker.py http://127.0.0.1:8080 CAMPAIGN [NAME]

Put your instrument into measure(). A token, where the service wants one, is read from ATHANOR_TOKEN.
"""
import json, os, sys, threading, time, urllib.error, urllib.request, uuid

address, campaign = sys.argv[1:3]
name = sys.argv[3] if len(sys.argv) > 3 else f"robot-{os.getpid()}"


def ask(path, **body):
    """Sends until there is an answer: what is sent twice is done once."""
    headers = {"Content-Type": "application/json"}
    if "ATHANOR_TOKEN" in os.environ:
        headers["Authorization"] = "Bearer " + os.environ["ATHANOR_TOKEN"]
    data = json.dumps({"worker": name, **body}).encode()
    while True:
        request = urllib.request.Request(f"{address}/v1/campaigns/{campaign}/{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (408, 429, 503, 507):
                return json.load(error)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.5)


def measure(experiment):
    """A made-up strength in GPa; replace it by what moves your robot."""
    amounts = experiment["candidate"]["composition"]
    share = amounts.get("Ni", 0) / sum(amounts.values())
    return {"strength": {"value": 2 - 4 * (share - 0.4) ** 2, "spread": 0.05, "unit": "GPa"}}


def alive(path, token, done, seconds):
    while not done.wait(seconds / 3):
        ask(f"{path}/heartbeat", token=token)


while True:
    answer = ask("claims", key=uuid.uuid4().hex)
    if answer.get("status") == 409:
        sys.exit(print(answer["detail"]))
    for experiment in answer.get("experiments", []):
        path, token, done = f"experiments/{experiment['number']}", experiment["token"], threading.Event()
        ask(f"{path}/heartbeat", token=token)
        life = threading.Thread(target=alive, args=(path, token, done, experiment["leaseSeconds"]))
        life.start()
        try:
            report = ask(f"{path}/result", token=token, values=measure(experiment))
        except Exception as error:
            report = ask(f"{path}/failure", token=token, reason=str(error))
        finally:
            done.set()
        life.join()
        print(experiment["number"], experiment["candidate"]["formula"], report.get("outcome", report.get("detail")))
    if not answer.get("experiments"):
        time.sleep(min(1.0, answer.get("retryAfterSeconds", 1.0)))
