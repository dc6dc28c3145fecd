"""`remembrancer doctor`: what should be put right, here and on the platforms that are set up."""

import itertools

import typer
from sqlmodel import Session

from remembrancer.cli.database import database
from remembrancer.cli.shared import AsJson, print_json, stop, the_moment
from remembrancer.cli.slack import slack_findings
from remembrancer.cli.teams import teams_findings
from remembrancer.scheduler.doctor import find_problems
from remembrancer.scheduler.settings_check import has_platform, settings_findings
from remembrancer.settings import Settings
from remembrancer.wording import phrase

app = typer.Typer()


@app.command("doctor")
def doctor(as_json: AsJson = False) -> None:
    settings = Settings()
    with database() as engine, Session(engine) as session:
        found = [of for of in (slack_findings(session), teams_findings(session)) if of is not None]
        with_platform = bool(found) or not has_platform(settings)
        here = find_problems(session, the_moment(), with_platform=with_platform)
        findings = [*settings_findings(settings), *here, *itertools.chain(*found)]
    if as_json:
        print_json(findings)
        raise typer.Exit(1 if findings else 0)
    for finding in findings:
        typer.echo(f"- {finding}")
    if findings:
        stop(phrase("cli.findings", count=len(findings)))
    typer.echo(phrase("cli.all_well"))
