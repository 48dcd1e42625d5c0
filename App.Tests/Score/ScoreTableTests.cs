namespace Downbeat.Tests.Score;

public sealed class ScoreTableTests
{
    private static readonly TruePiece Steady = new("steady", [], 120, [240], new(0, 4), null, null, [], [new(9, true)]);
    private static readonly TruePiece Speech = new("speech", [], null, [], null, [], null, [], []);

    [Fact]
    public void Every_piece_has_a_row_and_the_means_leave_out_what_is_not_known()
    {
        double[] beats = [.. Enumerable.Range(0, 61).Select(n => n * 0.5)];
        PieceScore[] scores =
        [
            new(Steady, "DSP", new(30, 120.01, 0.9, beats, [.. beats.Where((_, n) => n % 4 == 0)], [], [new(0, false)], 0.5)),
            new(Speech, "DSP", new(20, 80, 0.3, [1, 2], [], [], [], 0.25)),
        ];

        var rows = ScoreTable.Of(scores).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => string.Join('|', row.Split('|', StringSplitOptions.TrimEntries)[1..^1])).ToArray();

        Assert.Equal("piece|engine|true BPM|BPM|sure|off BPM|acc 1|acc 2|beat F|fair F|CMLt|AMLt|down F|key|alarm|s", rows[0]);
        Assert.Equal("steady|DSP|120.00|120.01|0.90|0.01|1.00|1.00|1.000|1.000|1.000|1.000|1.000|0.30||0.50", rows[2]);
        Assert.Equal("speech|DSP||80.00|0.30||||||||||0.30|0.25", rows[3]);
        Assert.Equal("mean of steady|DSP||||0.01|1.00|1.00|1.000|1.000|1.000|1.000|1.000|0.30||0.50", rows[4]);
        Assert.Equal("mean of all|DSP||||0.01|1.00|1.00|1.000|1.000|1.000|1.000|1.000|0.30|0.30|0.38", rows[5]);
    }

    [Fact]
    public void An_engine_that_finds_nothing_scores_zero_and_not_nothing()
    {
        var score = new PieceScore(Steady with { Parts = [new(0, 30, "a")] }, "DSP", new(30, 0, 0, [], [], [], [], 1));

        Assert.Equal((120.0, 0.0, 0.0, 0.0), (score.TempoErrorBpm, score.Accuracy1, score.Accuracy2, score.BeatF));
        Assert.Equal((0.0, 0.0, 0.0, 0.0), (score.FairBeatF, score.DownbeatF, score.Key, score.FarBorders));
        Assert.Equal(default(Continuity), score.Continuity);
        Assert.Null(score.FalseAlarm);
        Assert.Equal(0, (score with { Piece = Speech }).FalseAlarm);
    }
}
