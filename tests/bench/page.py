# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests/bench/run.py shows its figures: tables, plots, and the blocks of docs/performance.md
that it writes, which stand between two markers each. What is outside of them is written by hand."""
import re
import statistics

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 26, 12, 260, 120


def shown(shape, value):
    """Three digits that matter, more in front of the point: 0.15, 12.7, 1,361."""
    digits = 3 if abs(value) < 0.1 else max(0, 3 - len(str(int(abs(value)))))
    return shape.replace("{}", f"{int(value):,}" if value == int(value) else f"{value:,.{digits}f}")


def spread(row, values):
    """The median, and what the rounds lay between."""
    middle = shown(row.shape, statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({shown(row.shape, min(values))} to {shown(row.shape, max(values))})"


def verdict(goal, shape, value):
    """The goal in words, and whether it was missed."""
    if goal is None:
        return ""
    sign, number = goal
    missed = value < number if sign == ">=" else value > number
    text = ("at least " if sign == ">=" else "at most ") + shape.replace("{}", f"{number:,}")
    return text + (": **missed**" if missed else "")


def plain_table(found):
    """found: [(row, values)]."""
    lines = ["| what | figure | goal |", "|---|---|---|"]
    for row, values in found:
        lines.append(f"| {row.what} | {spread(row, values)} | "
                     f"{verdict(row.goal, row.shape, statistics.median(values))} |")
    return "\n".join(lines)


def comparison_table(found):
    """The first is what the others are compared with."""
    lines = ["| durable texts of 300 bytes with receipts, a second | median | least to most | kith is | goal |",
             "|---|---|---|---|---|"]
    first, own = found[0][0], statistics.median(found[0][1])
    for row, values in found:
        middle = statistics.median(values)
        if row is first:
            ratio, goal = "", verdict(row.goal, row.shape, own)
        else:
            ratio = shown("{} times that", own / middle)
            goal = verdict(row.goal, "{} times", own / middle)
        lines.append(f"| {row.what} | {middle:,.0f} | {min(values):,.0f} to {max(values):,.0f} | "
                     f"{ratio} | {goal} |")
    return "\n".join(lines)


def plot(found, unit):
    """SVG: a bar for each median, a whisker from the least to the most."""
    bars = [(row.bar, values) for row, values in found if row.bar]
    if not bars:
        return None
    scale = (WIDTH - LEFT - RIGHT) / max(max(values) for _, values in bars)
    height = GAP + len(bars) * (BAR + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="14">',
           f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>']
    for place, (name, values) in enumerate(bars):
        top = GAP + place * (BAR + GAP)
        middle, line = statistics.median(values), top + BAR / 2
        out.append(f'<text x="{LEFT - 8}" y="{line + 5}" text-anchor="end">{name}</text>')
        out.append(f'<rect x="{LEFT}" y="{top}" width="{middle * scale:.1f}" height="{BAR}" fill="#7a9cc6"/>')
        out.append(f'<path d="M{LEFT + min(values) * scale:.1f} {line}H{LEFT + max(values) * scale:.1f}" '
                   'stroke="#222" stroke-width="2"/>')
        out.append(f'<text x="{LEFT + max(values) * scale + 6:.1f}" y="{line + 5}">{middle:,.0f}{unit}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def begin_marker(name):
    return f"<!-- measured: {name} -->"


def end_marker(name):
    return f"<!-- end: {name} -->"


def replace_block(text, name, block):
    """The page with this block instead of the one between its markers."""
    pattern = re.compile(re.escape(begin_marker(name)) + r".*?" + re.escape(end_marker(name)), re.DOTALL)
    whole = f"{begin_marker(name)}\n{block}\n{end_marker(name)}"
    if not pattern.search(text):
        raise ValueError(f"the page has no place for {name}: {begin_marker(name)} ... {end_marker(name)}")
    return pattern.sub(lambda _: whole, text)
