"""From rounds to one table for each database."""

import os
import statistics

from scenarios import SCENARIOS

MEBIBYTE = 1024 * 1024


def _ratio(rounds, name, facts):
    """Of pgbench in the same round; a log-in is measured against the cores that one hash keeps busy."""
    if name == "login":
        ceiling = len(os.sched_getaffinity(0)) / facts["single_login_seconds"]
        return statistics.median(result["rps"] for result in rounds) / ceiling
    ratios = [result["rps"] / result["pgbench"] for result in rounds if "pgbench" in result]
    return statistics.median(ratios) if ratios else None


def summarise(facts, rounds):
    """Medians over the rounds; errors are added up."""
    rows = []
    for scenario in SCENARIOS:
        results = rounds[scenario.name]
        row = {"name": scenario.name, "title": scenario.title}
        for figure in ("rps", "p50_ms", "p99_ms", "cpu_us"):
            row[figure] = statistics.median(result[figure] for result in results)
        row["errors"] = sum(result["errors"] for result in results)
        row["ratio"] = _ratio(results, scenario.name, facts)
        references = [result["pgbench"] for result in results if "pgbench" in result]
        row["pgbench_tps"] = statistics.median(references) if references else None
        row["rounds"] = results
        rows.append(row)
    return facts | {"scenarios": rows}


def print_table(name, result, seconds, rounds):
    print(f"\n{name}: 16 connections, median of {rounds} rounds of {seconds} s")
    head = ("scenario", "requests/s", "p50 ms", "p99 ms", "errors", "CPU us/req", "pgbench/s", "ratio")
    layout = "{:<28} {:>10} {:>8} {:>8} {:>7} {:>11} {:>10} {:>6}"
    print(layout.format(*head))
    for row in result["scenarios"]:
        reference = "-" if row["pgbench_tps"] is None else f"{row['pgbench_tps']:.0f}"
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        print(layout.format(
            row["title"], f"{row['rps']:.0f}", f"{row['p50_ms']:.2f}", f"{row['p99_ms']:.2f}", row["errors"],
            f"{row['cpu_us']:.0f}", reference, ratio,
        ))
    print(f"ready after {result['ready_seconds']:.2f} s; resident memory "
          f"{result['rss_idle'] / MEBIBYTE:.0f} MiB idle, {result['rss_after'] / MEBIBYTE:.0f} MiB after the load")
    print("ratio: of pgbench in the same round; login: of cores / time of one log-in "
          f"({result['single_login_seconds'] * 1000:.0f} ms)")
