"""Draws the pictures of README.md and docs/world.md from generated records.

    npx fleetgen generate --vehicles 400 --days 7 --to map.csv
    npx fleetgen generate --vehicles 40 --days 1 --interval 1s --to trips.csv
    python3 scripts/world-pictures.py map.csv trips.csv docs/pictures

Needs matplotlib and pandas.
"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

INK = "#2b3a4a"


def read(path):
    records = pd.read_csv(path, parse_dates=["recorded_at"])
    vehicles = pd.read_csv(path.replace(".csv", "_vehicle.csv"))
    return records.merge(vehicles[["vehicle_id", "vehicle_class", "region"]], on="vehicle_id")


def town(records, folder):
    """Every position of a week in one town, by road type."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 5.6))
    for axis, region, (latitude, longitude) in zip(
        axes, ("munich", "chicago"), ((48.137, 11.575), (41.881, -87.65)), strict=True
    ):
        here = records[(records.region == region) & records.latitude.notna()]
        here = here[(here.latitude - latitude).abs().lt(0.085) & (here.longitude - longitude).abs().lt(0.115)]
        for road, colour in (("rural", "#8fbf7f"), ("city", "#5b7fa6"), ("highway", "#d9822b")):
            part = here[here.road_type == road]
            axis.plot(part.longitude, part.latitude, ".", ms=0.7, alpha=0.35, color=colour)
        axis.set_title(region, fontsize=10, color=INK)
        axis.set_aspect(1 / 0.7)
        axis.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(f"{folder}/towns.png", dpi=110)


def fleet(records, folder):
    """A town's records of some days by speed, and where vehicles braked hard."""
    latitude, longitude, height, width = 48.137, 11.575, 0.083, 0.195
    here = records[(records.region == "munich") & records.latitude.notna()]
    here = here[(here.latitude - latitude).abs().lt(height) & (here.longitude - longitude).abs().lt(width)]
    here = here.sort_values("speed_kmh")
    figure, axis = plt.subplots(figsize=(9, 4.9), facecolor="#0f1720")
    axis.set_facecolor("#0f1720")
    dots = axis.scatter(
        here.longitude, here.latitude, c=here.speed_kmh, s=0.9, cmap="turbo", vmin=0, vmax=130, alpha=0.6, lw=0
    )
    hard = here[here.braking_event == 1]
    axis.plot(hard.longitude, hard.latitude, "o", ms=2.2, mfc="none", mec="white", mew=0.4, alpha=0.55)
    axis.set_xlim(longitude - width, longitude + width)
    axis.set_ylim(latitude - height, latitude + height)
    axis.set_aspect(1 / 0.667)
    axis.axis("off")
    bar = figure.colorbar(dots, ax=axis, fraction=0.018, pad=0.01)
    bar.solids.set_alpha(1)
    bar.set_label("km/h", color="white", fontsize=8)
    bar.ax.tick_params(colors="white", labelsize=7)
    bar.outline.set_visible(False)
    figure.tight_layout(pad=0.4)
    figure.savefig(f"{folder}/fleet.png", dpi=110, facecolor=figure.get_facecolor())


def trip(records, folder):
    """Speed and posted limit of one trip of a car, a van and a truck, second by second."""
    figure, axes = plt.subplots(3, 1, figsize=(11, 7))
    for axis, name, minutes in zip(axes, ("company_car", "delivery_van", "long_haul_truck"), (16, 10, 45), strict=True):
        trips = records[records.vehicle_class == name].groupby("trip_id")
        lengths = trips.size()
        chosen = (lengths - minutes * 60).abs().idxmin()
        shown = trips.get_group(chosen)
        time = (shown.recorded_at - shown.recorded_at.iloc[0]).dt.total_seconds() / 60
        axis.step(time, shown.speed_limit_kmh, where="post", color="#c9b38c", lw=1)
        axis.plot(time, shown.speed_kmh, color=INK, lw=0.9)
        axis.set_title(name.replace("_", " "), fontsize=9, loc="left", color=INK)
        axis.set_ylabel("km/h", fontsize=8)
        axis.tick_params(labelsize=7)
    axes[-1].set_xlabel("minutes", fontsize=8)
    figure.tight_layout()
    figure.savefig(f"{folder}/trips.png", dpi=110)


def week(records, folder):
    """Trips that start, by hour of the week and class."""
    starts = records.sort_values("record_id").groupby("trip_id").first()
    # recorded_at is in UTC, hour_of_day is local: what they differ by gives the local weekday.
    ahead = (starts.hour_of_day - starts.recorded_at.dt.hour + 12) % 24 - 12
    local = starts.recorded_at + pd.to_timedelta(ahead, unit="h")
    hour = local.dt.day_of_week * 24 + starts.hour_of_day
    figure, axes = plt.subplots(4, 1, figsize=(11, 6), sharex=True)
    for axis, (name, part) in zip(axes, starts.groupby("vehicle_class"), strict=True):
        counts = hour[part.index].value_counts().reindex(range(168), fill_value=0).sort_index()
        axis.bar(counts.index, counts, width=1, color="#5b7fa6")
        axis.set_title(str(name).replace("_", " "), fontsize=9, loc="left", color=INK)
        axis.set_xticks(range(0, 168, 24), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], fontsize=8)
        axis.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(f"{folder}/week.png", dpi=110)


if __name__ == "__main__":
    wide, fine = read(sys.argv[1]), read(sys.argv[2])
    fleet(wide, sys.argv[3])
    town(wide, sys.argv[3])
    week(wide, sys.argv[3])
    trip(fine, sys.argv[3])
