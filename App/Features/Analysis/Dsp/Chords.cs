namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A stretch of time in which one chord sounds clearly.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="EndSeconds">Where it ends.</param>
/// <param name="Name">Root with sharps and kind: <c>C</c>, <c>F#m</c>, <c>G7</c>, <c>Am7</c>, <c>Dmaj7</c>.</param>
/// <param name="Confidence">0 to 1.</param>
internal sealed record ChordSpan(double StartSeconds, double EndSeconds, string Name, double Confidence);
