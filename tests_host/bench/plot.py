"""A small SVG: kB/s by baud rate, both axes logarithmic, one line a mode, the line's own rate behind them."""

import math

W, H, LEFT, BOTTOM = 720, 420, 60, 40
COLOURS = ("#1b6ca8", "#d1495b", "#2e933c", "#edae49", "#66418f")


def write(path, rows, board):
    """rows: (mode, baud, Figure, ceiling)."""
    bauds = sorted({baud for _, baud, _, _ in rows})
    low, high = math.log(bauds[0] / 1.3), math.log(bauds[-1] * 1.3)
    bottom, top = math.log(bauds[0] / 10000 / 1.6), math.log(bauds[-1] / 10000 * 1.3)

    def at(baud, rate):
        x = LEFT + (math.log(baud) - low) / (high - low) * (W - LEFT - 20)
        y = H - BOTTOM - (math.log(rate) - bottom) / (top - bottom) * (H - BOTTOM - 20)
        return f"{x:.1f},{y:.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="sans-serif" font-size="12">',
             f'<rect width="{W}" height="{H}" fill="white"/>',
             f'<polyline fill="none" stroke="#bbb" stroke-dasharray="4" points="{" ".join(at(b, b / 10000) for b in bauds)}"/>']
    for baud in bauds:
        x = at(baud, 10).split(",")[0]
        parts.append(f'<text x="{x}" y="{H - 15}" text-anchor="middle">{baud}</text>')
    for rate in (10, 20, 50, 100, 200, 300):
        y = at(bauds[0], rate).split(",")[1]
        parts.append(f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{rate} kB/s</text>')
    for i, mode in enumerate(dict.fromkeys(row[0] for row in rows)):
        points = [at(baud, figure.rate) for name, baud, figure, _ in rows if name == mode]
        colour = COLOURS[i % len(COLOURS)]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(points)}"/>')
        parts += [f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="3" fill="{colour}"/>' for p in points]
        parts.append(f'<text x="{LEFT + 20}" y="{30 + 16 * i}" fill="{colour}">{mode}</text>')
    parts.append(f'<text x="{LEFT + 20}" y="{30 + 16 * (i + 1)}" fill="#888">the line itself (dashed)</text></svg>')
    path.write_text("\n".join(parts) + "\n")
