namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Finds the quality at which a film has a wanted bit rate. All its pieces are coded with the same one, so that the bits go where the pictures need them, as two passes over the whole film would have it; and a
/// piece depends on nothing but itself and that number, so that it is found again. Each pass over the film says how many bits a quality takes. They double about every six steps of H.264's quantiser; what the film really
/// does is known from the second pass on.
/// </summary>
/// <param name="targetKbps">Wanted rate of the pictures, kilobits a second, above 0.</param>
/// <param name="step">Qualities are multiples of this.</param>
internal sealed class RateSearch(int targetKbps, double step)
{
    /// <summary>Finer than this nobody sees.</summary>
    public const double FinestCrf = 10;

    /// <summary>Coarser there is nothing.</summary>
    public const double CoarsestCrf = 51;

    /// <summary>Passes over the film at most.</summary>
    public const int MostPasses = 4;

    /// <summary>Measured with x264 at 1080p between 19 and 32: 5.1 to 5.7, with ultrafast 6.8.</summary>
    private const double UsualCrfPerDoubling = 5.3;

    private const double LeastCrfPerDoubling = 2;
    private const double MostCrfPerDoubling = 15;

    /// <summary>As near as this, some 7 %, is near enough: another pass costs as much as the whole film.</summary>
    private const double ToleranceDoublings = 0.1;

    private readonly List<(double Crf, double Doublings)> passes = [];

    /// <summary>How often the film was coded.</summary>
    public int Passes => passes.Count;

    /// <summary>The quality that came nearest.</summary>
    public double BestCrf => passes.MinBy(pass => Math.Abs(pass.Doublings)).Crf;

    /// <summary>What the film has at <see cref="BestCrf"/>, kilobits a second.</summary>
    public double BestKbps => targetKbps * Math.Pow(2, passes.MinBy(pass => Math.Abs(pass.Doublings)).Doublings);

    /// <summary>Takes in what a pass gave.</summary>
    /// <param name="crf">Its quality.</param>
    /// <param name="kbps">Rate of the pictures, kilobits a second, above 0.</param>
    /// <returns>The quality to try next; null when the rate is met, or no quality comes nearer.</returns>
    public double? Next(double crf, double kbps)
    {
        passes.Add((crf, Math.Log2(kbps / targetKbps)));
        var nearest = passes.OrderBy(pass => Math.Abs(pass.Doublings)).ToList();
        if (Math.Abs(nearest[0].Doublings) <= ToleranceDoublings || passes.Count == MostPasses)
        {
            return null;
        }

        var perDoubling = nearest.Count > 1 && nearest[0].Doublings != nearest[1].Doublings
            ? Math.Clamp((nearest[1].Crf - nearest[0].Crf) / (nearest[0].Doublings - nearest[1].Doublings), LeastCrfPerDoubling, MostCrfPerDoubling)
            : UsualCrfPerDoubling;
        var next = Math.Clamp(Math.Round((nearest[0].Crf + (nearest[0].Doublings * perDoubling)) / step) * step, FinestCrf, CoarsestCrf);
        return passes.Exists(pass => pass.Crf == next) ? null : next;
    }

    /// <summary>What came of it, as a sentence for the log.</summary>
    public string Describe() => FormattableString.Invariant($"The pictures have {BestKbps:0} kbit/s; {targetKbps} were asked for (quality {BestCrf:0.#}, {Passes} passes).") + (BestKbps / targetKbps) switch
    {
        < 0.9 when BestCrf <= FinestCrf => " More bits would show nothing more in this material.",
        > 1.1 when BestCrf >= CoarsestCrf => " With fewer bits this material cannot be coded at this size and frame rate.",
        _ => "",
    };
}
