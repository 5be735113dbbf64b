"""The distance of two colours: WCAG contrast, and CIEDE2000 (Sharma, Wu and Dalal 2005)."""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Lab = tuple[float, float, float]
D65 = (0.95047, 1.0, 1.08883)
RGB_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def linear(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue from 0 to 1, without gamma."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return straighten(red), straighten(green), straighten(blue)


def straighten(channel: float) -> float:
    value: float = channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    return value


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lab(colour: str) -> Lab:
    channels = linear(colour)
    x, y, z = (
        cube(sum(weight * channel for weight, channel in zip(row, channels, strict=True)) / white)
        for row, white in zip(RGB_TO_XYZ, D65, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def cube(share: float) -> float:
    value: float = share ** (1 / 3) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29
    return value


def distance(one: Lab, other: Lab) -> float:
    """Return CIEDE2000 between two colours in CIELAB."""
    (light1, a1, b1), (light2, a2, b2) = one, other
    mean_c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * sqrt(mean_c7 / (mean_c7 + 25**7))
    c1, h1 = polar(a1 * stretch, b1)
    c2, h2 = polar(a2 * stretch, b2)
    mean_light, mean_c = (light1 + light2) / 2, (c1 + c2) / 2
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    mean_h = (h1 + h2 + (360 if abs(h1 - h2) > 180 else 0)) / 2 % 360 if c1 * c2 else h1 + h2

    tilt = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    off_middle = (mean_light - 50) ** 2
    light = (light2 - light1) / (1 + 0.015 * off_middle / sqrt(20 + off_middle))
    chroma = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * sqrt(c1 * c2) * sin(radians(turn) / 2) / (1 + 0.015 * mean_c * tilt)
    rotation = -2 * sqrt(mean_c**7 / (mean_c**7 + 25**7)) * sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    return sqrt(light**2 + chroma**2 + hue**2 + rotation * chroma * hue)


def polar(a: float, b: float) -> tuple[float, float]:
    return hypot(a, b), degrees(atan2(b, a)) % 360
