using System.Globalization;
using Downbeat.Components;

namespace Downbeat.Features.Compositions;

/// <summary>A plan in words: what will be seen besides the shots themselves.</summary>
internal static class PlanWords
{
    /// <summary>One short sentence for each thing that there is; nothing for plain shots.</summary>
    public static IEnumerable<string> Of(PlanView plan)
    {
        if (plan.Captions > 0)
        {
            yield return Wording.Count(plan.Captions, "caption");
        }

        if (plan.Cards > 0)
        {
            yield return Wording.Count(plan.Cards, "card");
        }

        if (plan.MovingStills > 0)
        {
            yield return $"{Wording.Count(plan.MovingStills, "still")} in motion";
        }

        if (plan.Shots.Sum(shot => shot.Effects.Count) is var effects && (effects > 0 || plan.Weakened > 0))
        {
            yield return plan.Weakened == 0 ? Wording.Count(effects, "effect") : $"{Wording.Count(effects, "effect")}, {plan.Weakened} taken back so that flashes stay safe";
        }

        if (plan.Shots.Count(shot => shot.Transition is not null) is > 0 and var transitions)
        {
            yield return Wording.Count(transitions, "transition");
        }

        if (Short(plan.ShortShots) is { Length: > 0 } filled)
        {
            yield return $"Clips too short for their shots: {filled}";
        }
    }

    /// <summary>What a video costs, roughly: <c>about 40 s, 12 MB</c>.</summary>
    public static string Of(FilmEstimate estimate) => $"about {Time(estimate.Seconds)}, {Wording.Size(estimate.Bytes)}";

    private static string Time(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(seconds))} s"),
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{5 * Math.Round(seconds / 5)} s"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds / 60)} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };

    private static string Short(ShortShots shots) => string.Join(", ", new (int Count, string What)[]
    {
        (shots.Slowed, "slowed down"), (shots.Turned, "to and fro"), (shots.Looped, "started again"), (shots.Held, "held at the end"),
    }.Where(way => way.Count > 0).Select(way => $"{way.Count} {way.What}"));
}
