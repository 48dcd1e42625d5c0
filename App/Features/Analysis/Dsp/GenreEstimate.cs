namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A guess at the genre.</summary>
/// <param name="Name">electronic, drum and bass, hip hop, metal, rock, pop, acoustic, classical, or empty when nothing was heard.</param>
/// <param name="Confidence">0 to 0.4: rules over a handful of features cannot be surer.</param>
internal sealed record GenreEstimate(string Name, double Confidence)
{
    private const double MostConfidence = 0.4;

    /// <summary>Of silence.</summary>
    public static GenreEstimate None { get; } = new("", 0);

    /// <summary>Guesses from a song's traits. Each genre collects points for what is typical of it; the lead over the next one is the confidence.</summary>
    public static GenreEstimate Of(Traits t)
    {
        var steady = t.PulseConfidence;
        var bright = Near(t.BrightnessHz, 2800, 900);
        (string Name, double Points)[] ranked =
        [
            .. new (string Name, double Points)[]
            {
                ("electronic", (Near(t.TempoBpm, 126, 14) * steady) + Math.Clamp(t.KickOnEveryBeat, 0, 1) + Near(t.LowShare, 0.5, 0.2)),
                ("drum and bass", (1.5 * Near(t.TempoBpm, 174, 6) * steady * Near(t.LowShare, 0.5, 0.15)) + Near(t.BrightnessHz, 3000, 900)),
                ("hip hop", (1.5 * Near(t.TempoBpm, 88, 10) * steady * Near(t.LowShare, 0.5, 0.15)) + Near(t.BrightnessHz, 2000, 700)),
                ("metal", Near(t.OnsetsPerSecond, 9, 2.5) + bright + Near(t.Evenness, 0.95, 0.1)),
                ("rock", Near(t.TempoBpm, 130, 40) + Near(t.Evenness, 0.85, 0.1) + (0.8 * Near(t.BrightnessHz, 2200, 700))),
                ("pop", Near(t.TempoBpm, 112, 25) + Near(t.Evenness, 0.8, 0.1) + (0.7 * steady)),
                ("acoustic", Near(t.LowShare, 0.05, 0.15) + Near(t.BrightnessHz, 1500, 600) + Near(t.OnsetsPerSecond, 3.5, 1.5)),
                ("classical", Near(t.Evenness, 0.45, 0.2) + Near(t.BrightnessHz, 1100, 500) + (1 - steady)),
            }.OrderByDescending(genre => genre.Points),
        ];
        return new(ranked[0].Name, Math.Clamp(ranked[0].Points - ranked[1].Points, 0.05, MostConfidence));
    }

    private static double Near(double value, double typical, double width) => Math.Exp(-0.5 * Math.Pow((value - typical) / width, 2));
}
