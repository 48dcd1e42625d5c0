namespace Downbeat.Features.Stems.Separation;

/// <summary>Where the stages of splitting a song end, 0 to 1 of the whole time that it takes: as far as progress has come, so much of the time has passed, and what is left can be told.</summary>
/// <param name="Decoded">The song is decoded.</param>
/// <param name="Ready">The separator is ready.</param>
/// <param name="Split">All blocks are split.</param>
/// <param name="Checked">The stems were read back; what was heard in them is still to be put together.</param>
internal readonly record struct SplitStages(double Decoded, double Ready, double Split, double Checked)
{
    // Against splitting as much of the song with the built-in separator, measured on a song of three minutes.
    private const double DecodingCost = 0.02;
    private const double CheckingCost = 0.06;
    private const double HearingCost = 0.01;

    /// <summary>The stages for a song of some length.</summary>
    public static SplitStages Of(ISeparationEngine engine, double songSeconds)
    {
        var (decoding, ready) = (DecodingCost * songSeconds, engine.ReadyCost(songSeconds));
        var whole = ready + ((1 + DecodingCost + CheckingCost + HearingCost) * songSeconds);
        return new(decoding / whole, (decoding + ready) / whole, (decoding + ready + songSeconds) / whole, 1 - (HearingCost * songSeconds / whole));
    }
}
