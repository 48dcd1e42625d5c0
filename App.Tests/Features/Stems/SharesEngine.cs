using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems;

/// <summary>An engine whose stems are fixed shares of the song, so that a test knows every sample of them: a half, a quarter and so on, and the rest. It does what the test says at each block.</summary>
internal sealed class SharesEngine : ISeparationEngine
{
    /// <summary>Frames of a block.</summary>
    public const int BlockFrames = 44100;

    private int opened;

    public string Name => "Shares 1";

    /// <summary>How often it was opened.</summary>
    public int Opened => opened;

    /// <summary>Called before each block with its start.</summary>
    public Func<long, CancellationToken, Task> AtBlock { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What each share is multiplied with; 1 for stems that add up.</summary>
    public float Fault { get; set; } = 1;

    /// <summary>The share of a stem.</summary>
    public static float ShareOf(int stem, int count) => MathF.Pow(0.5f, Math.Min(stem + 1, count - 1));

    public bool Splits(int stems) => StemNames.Counts.Contains(stems);

    public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop)
    {
        Interlocked.Increment(ref opened);
        return Task.FromResult<ISeparator>(new Separator(this));
    }

    private sealed class Separator(SharesEngine engine) : ISeparator
    {
        public int BlockFrames => SharesEngine.BlockFrames;

        public int ContextFrames => 1000;

        public async Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop)
        {
            await engine.AtBlock(startFrame, stop);
            for (var stem = 0; stem < stems.Count; stem++)
            {
                var share = ShareOf(stem, stems.Count) * engine.Fault;
                for (var n = 0; n < BlockFrames; n++)
                {
                    (stems[stem].Left[n], stems[stem].Right[n]) = (mix.Left[n + ContextFrames] * share, mix.Right[n + ContextFrames] * share);
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
