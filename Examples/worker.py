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


LIMITS = {"temperature": (20, 1200)}  # what your instrument can take, by variable, whatever it is told


def check(experiment):
    for variable, value in experiment["candidate"]["variables"].items():
        low, high = LIMITS.get(variable, (value, value))
        if not low <= value <= high:
            raise ValueError(f"{variable} = {value} is outside {low} to {high}: nothing was started")


def measure(experiment, stop):
    """A made-up strength in GPa; replace it by what moves your robot, and stop that when `stop` is set."""
    amounts = experiment["candidate"]["composition"]
    share = amounts.get("Ni", 0) / sum(amounts.values())
    return {"strength": {"value": 2 - 4 * (share - 0.4) ** 2, "spread": 0.05, "unit": "GPa"}}


def alive(path, token, done, stop, seconds):
    """Every second: a 409 says that the experiment is not this worker's any more, or that all has to stop."""
    while not done.wait(min(1.0, seconds / 3)):
        if ask(f"{path}/heartbeat", token=token).get("status") == 409:
            return stop.set()


while True:
    answer = ask("claims", key=uuid.uuid4().hex)
    if answer.get("status") == 409:
        print(answer["detail"])
        if not answer["type"].endswith("emergency-stop"):
            sys.exit()
        time.sleep(1)
    for experiment in answer.get("experiments", []):
        path, token = f"experiments/{experiment['number']}", experiment["token"]
        done, stop = threading.Event(), threading.Event()
        if ask(f"{path}/heartbeat", token=token).get("status") == 409:
            continue
        life = threading.Thread(target=alive, args=(path, token, done, stop, experiment["leaseSeconds"]))
        life.start()
        try:
            check(experiment)
            report = ask(f"{path}/result", token=token, values=measure(experiment, stop))
        except Exception as error:
            report = ask(f"{path}/failure", token=token, reason=str(error))
        finally:
            done.set()
        life.join()
        print(experiment["number"], experiment["candidate"]["formula"], report.get("outcome", report.get("detail")))
    if not answer.get("experiments"):
        time.sleep(min(1.0, answer.get("retryAfterSeconds", 1.0)))
