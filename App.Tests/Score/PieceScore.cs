using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>How well one engine heard one piece; each score is null where the truth is not known or the engine does not say.</summary>
/// <param name="Piece">The piece.</param>
/// <param name="Engine">Name of the engine.</param>
/// <param name="Found">What it found.</param>
internal sealed record PieceScore(TruePiece Piece, string Engine, Found Found)
{
    private const double NearSeconds = 0.5;
    private const double FarSeconds = 3;

    private IReadOnlyList<double[]> FairBeats { get; } = Piece.BeatsAtFairLevels(Found.DurationSeconds);

    /// <summary>Distance to the nearest tempo that is fair, in beats a minute.</summary>
    public double? TempoErrorBpm => Piece.TempoBpm is { } bpm ? Piece.FairBpm.Append(bpm).Min(fair => Math.Abs(fair - Found.TempoBpm)) : null;

    /// <summary>Tempo accuracy 1, as 0 or 1.</summary>
    public double? Accuracy1 => Piece.TempoBpm is { } bpm ? TempoScore.IsAccurate1(bpm, Found.TempoBpm) ? 1 : 0 : null;

    /// <summary>Tempo accuracy 2, as 0 or 1.</summary>
    public double? Accuracy2 => Piece.TempoBpm is { } bpm ? TempoScore.IsAccurate2(bpm, Found.TempoBpm) ? 1 : 0 : null;

    /// <summary>Beat F-measure against the beats as written.</summary>
    public double? BeatF => FairBeats.Count > 0 ? BeatScore.F(FairBeats[0], Found.Beats) : null;

    /// <summary>Beat F-measure at the best level that the truth calls fair.</summary>
    public double? FairBeatF => FairBeats.Count > 0 ? FairBeats.Max(beats => BeatScore.F(beats, Found.Beats)) : null;

    /// <summary>Continuity against the beats as written.</summary>
    public Continuity? Continuity => FairBeats.Count > 0 ? Score.Continuity.Of(FairBeats[0], Found.Beats) : null;

    /// <summary>F-measure of first beats at the best level that the truth calls fair.</summary>
    public double? DownbeatF { get; } = Found.Downbeats is { } found && Piece.DownbeatsAtFairLevels(Found.DurationSeconds) is { Count: > 0 } fair
        ? fair.Max(downbeats => BeatScore.F(downbeats, found))
        : null;

    /// <summary>Borders within half a second.</summary>
    public double? NearBorders => OfForm((truth, found) => SectionScore.Borders(truth, found, NearSeconds));

    /// <summary>Borders within three seconds.</summary>
    public double? FarBorders => OfForm((truth, found) => SectionScore.Borders(truth, found, FarSeconds));

    /// <summary>Borders within three seconds, without the start and the end.</summary>
    public double? FarInnerBorders => OfForm((truth, found) => SectionScore.Borders(truth, found, FarSeconds, trim: true));

    /// <summary>Which moments belong together.</summary>
    public double? Pairwise => OfForm(SectionScore.Pairwise);

    /// <summary>Weighted key score against the best of the right keys.</summary>
    public double? Key => Found.Keys is { } found && Piece.Keys.Count > 0 ? Piece.Keys.Max(key => KeyScore.Of(key, found.Count == 1 ? found[0] : null)) : null;

    /// <summary>Trust in a tempo that was found where there is none: 0 is right.</summary>
    public double? FalseAlarm => !Piece.HasNoBeat ? null : Found.TempoBpm == 0 ? 0 : Found.Confidence ?? 1;

    private double? OfForm(Func<IReadOnlyList<Stretch>, IReadOnlyList<Stretch>, double> score) =>
        Found.Parts is { } found && Piece.Parts.Count > 0 ? score(Piece.Parts, found) : null;
}
