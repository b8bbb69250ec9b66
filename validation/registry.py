"""List the sections of ``docs/validation.md``; a new one is a module and an entry here."""

from __future__ import annotations

from typing import Final

from validation import (
    cohort,
    delay,
    delay_grid,
    events,
    independent_hand,
    intervals,
    lag,
    lifts,
    onsets,
    people,
    protocols,
    sessions,
    tables,
    tasks_onsets,
    tasks_series,
)
from validation.section import Section

SECTIONS: Final = (
    Section(
        "lifts",
        "Real lifts: lift-off and peak rates",
        "39 files of five people [RajKumar2019], imported as tables. The contact plate is an "
        "independent signal of lift-off: it pulses when the object leaves the table. Participant "
        "1656 was looked at during development; thresholds come from the definitions in "
        "methods.md. The rule for dips in mid-air was made after quick lifts of participant 1388 "
        "were cut in two: it follows from physics, but those files were not blind. Nearly all of "
        "these lifts are quick (`short_hold`): static holds of two seconds or more, and what is "
        "measured in them (CV, tremor, static margin), have never been tested on real ones.",
        lifts.measure,
        needs_real=True,
    ),
    Section(
        "tables",
        "Real lifts: published tables",
        "The same lifts, with the filter of the tables (−3 dB at 12 Hz), against means and "
        "reliability computed from all 16 participants. Four people with plausible files are at "
        "hand, two or three a mass, and people differ by 50 % in grip force; a mean of so few is "
        "therefore compared in units of its own standard error (z).",
        tables.measure,
        needs_real=True,
    ),
    Section(
        "events",
        "Simulated lifts: events, forces, lags",
        "Twelve lifts of each profile through the simulated device, its bytes, a recording and the "
        "analysis, compared with the simulated ground truth. Development saw other seeds.",
        events.measure,
    ),
    Section(
        "lag",
        "Lag: error against its lower bound",
        "*Sensor noise.* The ground-truth lag is where the rates of the true forces correlate "
        "best, so cells and converters are the only source of error. For an estimator that knows "
        "nothing of the two forces but their band, the Cramér–Rao bound in white noise is "
        "σ·|∇lag|, the gradient by every sample of grip and load. *Motor noise.* With the plan of "
        "a lift fixed, slow variability, tremor and the uncorrelated component are drawn anew; "
        "for an observer who knows the trajectory without them, the bound is 1/√(s′ᵀC⁻¹s′), s′ "
        "the change of grip by its shift and C the covariance of the draws, corrected for their "
        "number. Development saw other seeds (71 501 to 71 602, 7 200 000). The spread of the "
        "sensor error is 1.48 times the median absolute error, because single lags may jump "
        "between two peaks of nearly one height.",
        lag.measure,
    ),
    Section(
        "delay",
        "Delay of load-coupled grip: simulated people",
        "Twelve lifts a hand as tables of the true forces (500 Hz, 2 mN of noise), compared with "
        "the delay that was planted. Development saw other seeds (71 000 to 72 511), and the rule "
        "that the interval is as wide as that of one lift was made on them.",
        delay.measure,
    ),
    Section(
        "grid",
        "Delay of load-coupled grip: the whole range, by other formulas",
        "The lifting hands of `tests/independent`, with delay, squeeze, preload and loading set "
        "instead of drawn. The window of the estimator was chosen on seeds 40 000 to 60 011.",
        delay_grid.measure,
    ),
    Section(
        "consistency",
        "Delay, consistency and decision: real people",
        "The real lifts [RajKumar2019], imported as tables. Nothing was fitted to single files; "
        "the limit of the spread (45 ms) was chosen with the spreads of real people known.",
        delay.measure_real,
        needs_real=True,
    ),
    Section(
        "intervals",
        "Intervals: how often they hold",
        "Drawn series, no simulated person. The weight of the prior correlation was chosen on "
        "other seeds.",
        intervals.measure,
    ),
    Section(
        "onsets",
        "Grip onset: load steps, falling weights, friction changes",
        "Simulated people through device, bytes, recording and analysis, 1 kHz unless stated. "
        "Development saw seeds 71 000 to 71 003 and 71 100 to 71 103.",
        onsets.measure,
    ),
    Section(
        "courses",
        "Grip onset: rises of four courses, by formula",
        "Held objects written by formulas (`validation/formula_hands.py`), which use nothing of "
        "the simulator: a grip of 4 N with slow variability (1 % at drops, 0.3 % at steps), ten "
        "weights dropped into it or ten load steps, a rise of 3 N along one of four courses. "
        "Onsets differ by 4 ms (SD) from trial to trial. Development saw seeds 500 to 503, and "
        "9 120 000 to 9 120 005, after which the interval was widened by 1.5 ms; those below are "
        "fresh. The estimator assumes the same four courses.",
        tasks_onsets.measure,
    ),
    Section(
        "series",
        "Series of weights and surfaces: memory, friction",
        tasks_series.ABOUT,
        tasks_series.measure,
    ),
    Section(
        "protocols",
        "Shipped protocols: from the first key to the answer",
        protocols.ABOUT,
        protocols.measure,
    ),
    Section(
        "sessions",
        "Sessions: by Enter alone, at two sizes, in two languages",
        sessions.ABOUT,
        sessions.measure,
    ),
    Section(
        "people",
        "Decisions on simulated people: lifts and a typed slip force",
        people.ABOUT
        + " Twelve lifts each; the slip force is the median of three releases with 7 % error "
        "each, typed in.",
        people.measure_lifts,
    ),
    Section(
        "battery",
        "Decisions on simulated people: lifts, slips and movements",
        people.ABOUT
        + " Twelve lifts, three recorded slip tests and twenty point-to-point movements each; "
        "other seeds.",
        people.measure_battery,
    ),
    Section(
        "independent",
        "Hands of other formulas: decisions, delays, events, slips",
        "The hands of `tests/independent`, made from mechanics and physiology without any of the "
        "simulator, as text tables through `gripforce import`: eleven lifts each, or twenty "
        "movements, or a bout of cycles; 80 Hz to 2 kHz, noise 1 to 50 mN, hum, drift, 100 to "
        "800 g. Development saw seeds below 100 000; those of the tests are 7 900 000 and up. A "
        "run of as many hands before this one (seed 7 800 000) had one *yes* among 200 that lift "
        "without coupling: a pulse whose late lifts had been left out as not lifted. They are "
        "measured since then, a change that was made on seeds 64 000 to 64 319.",
        independent_hand.measure,
    ),
    Section(
        "cohort",
        "Who changes over sessions",
        "Session means drawn by a formula: a level, a growth a session, a day's factor "
        "(log-normal) and the mean of ten trials. Development saw seeds 0 to 49 and 900 to 929.",
        cohort.measure,
    ),
    Section(
        "group",
        "How a group changes: mixed effects",
        "Session means drawn by a formula: a person's level, slope and days. Development saw seeds "
        "0 to 149.",
        cohort.measure_groups,
    ),
)
