using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>The scores of the studio's own engine on the test data do not fall. <c>-- score</c> prints them all.</summary>
public sealed class ListeningScoreTests
{
    [Fact]
    public async Task The_test_data_scores_no_worse_than_before()
    {
        var folder = Path.GetDirectoryName(TestData.PathOf("truth.json"))!;

        var scores = await ScoreCommand.ScoreAsync(folder, [Engines.Dsp], TestContext.Current.CancellationToken);

        Assert.Equal(TruePiece.ReadAll(folder).Count, scores.Count);
        Assert.True(scores.Count(score => score.Piece.HasNoBeat) >= 2);
        var steady = scores.Where(score => score.Piece.IsSteady).ToArray();
        AssertFloor(0.92, "beat F of the steady pieces", steady.Average(score => score.BeatF));
        AssertFloor(0.80, "CMLt of the steady pieces", steady.Average(score => score.Continuity?.CmlT));
        AssertFloor(0.96, "AMLt of the steady pieces", steady.Average(score => score.Continuity?.AmlT));
        AssertFloor(0.98, "downbeat F of the steady pieces", steady.Average(score => score.DownbeatF));
        AssertFloor(0.85, "tempo accuracy 2", scores.Average(score => score.Accuracy2));
        AssertFloor(0.75, "key", scores.Average(score => score.Key));
        Assert.All(steady, score => Assert.InRange(score.TempoErrorBpm!.Value, 0, 0.05));
        Assert.All(scores.Where(score => score.Piece.HasNoBeat), score => Assert.Equal(0, score.Found.TempoBpm));
    }

    private static void AssertFloor(double floor, string what, double? score) => Assert.True(score >= floor, $"The {what} is {score:0.000}, below {floor}.");
}
