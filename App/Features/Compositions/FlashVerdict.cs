using System.Globalization;
using Downbeat.Components;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;
using MudBlazor;

namespace Downbeat.Features.Compositions;

/// <summary>Whether a finished video keeps the limits for flashing pictures (WCAG 2.3.1; ITU-R BT.1702), judged from all of its pictures.</summary>
/// <param name="Passes">True when it does.</param>
/// <param name="MostFlashes">Flashes of light in its worst second; more than three are unsafe.</param>
/// <param name="MostRedFlashes">Flashes of saturated red in its worst second; more than three are unsafe.</param>
/// <param name="Unsafe">Where there are more, in order.</param>
/// <param name="Weakened">How many hits of effects were made weaker or left out to get there.</param>
public sealed record FlashVerdict(bool Passes, int MostFlashes, int MostRedFlashes, IReadOnlyList<FlashTime> Unsafe, int Weakened)
{
    private const int MostTimesNamed = 3;

    internal static FlashVerdict Of(FlashReport report, FrameRate rate, int weakened) => new(
        report.Passes,
        report.MostFlashes,
        report.MostRedFlashes,
        [.. report.Unsafe.Select(range => new FlashTime(rate.SecondsAt(range.Start), rate.SecondsAt(range.End)))],
        weakened);

    /// <summary>The verdict in words.</summary>
    /// <param name="isFlashSafe">Whether flashes were to be taken back: what is left of them then comes from no effect.</param>
    internal string Describe(bool isFlashSafe)
    {
        if (Passes)
        {
            return Weakened == 0 ? "Flash check passed" : $"Flash check passed, {Wording.Count(Weakened, "effect")} softened";
        }

        var worst = Math.Max(MostFlashes, MostRedFlashes);
        var what = MostRedFlashes > MostFlashes ? "red flashes" : "flashes";
        var where = string.Join(", ", Unsafe.Take(MostTimesNamed).Select(time => $"{Wording.Clock(time.Start)}–{Wording.Clock(Math.Ceiling(time.End))}"));
        var more = Unsafe.Count > MostTimesNamed ? $" and {Wording.Count(Unsafe.Count - MostTimesNamed, "more place")}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Flash check failed: up to {worst} {what} a second at {where}{more}.")
            + (isFlashSafe ? " They come from the clips, their cuts and transitions: no effect is left there." : "");
    }

    /// <summary>Asks before the guard against flashes is switched off; false when the person thinks better of it.</summary>
    internal static Task<bool> ConfirmUnguardedAsync(IDialogService dialogs) => dialogs.ConfirmAsync(
        "Allow unsafe flashes?",
        "Fast flashes can cause seizures in people with photosensitive epilepsy. The video will be made exactly as you ask, and its flash check may fail; warn those who watch it.",
        "Allow flashes");
}

/// <summary>A stretch of a video.</summary>
/// <param name="Start">Seconds from its start.</param>
/// <param name="End">Seconds from its start.</param>
public sealed record FlashTime(double Start, double End);
