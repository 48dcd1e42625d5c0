using System.Diagnostics.Metrics;
using Downbeat.Telemetry;

namespace Downbeat.Tests.Telemetry;

/// <summary>What is measured while the book is turned over is in this turn or in the next, once.</summary>
public sealed class SampleBookTests
{
    private const int Writers = 6;
    private const int Each = 60_000;

    [Fact]
    public async Task What_goes_in_from_many_threads_over_many_turns_comes_out_exactly()
    {
        using var meter = new Meter("Downbeat.Tests.Book");
        using var book = new SampleBook();
        var durations = meter.CreateHistogram<double>("downbeat.ffmpeg.duration");
        var name = $"{Guid.NewGuid():N}";
        Dictionary<string, (long Count, long Failed, double Seconds)> all = [];
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                // Some names all the time, some so seldom that a turn finds nothing of them.
                durations.Record(0.25, new("tool", name), new("stage", i % 997 == 0 ? $"seldom {i % 5}" : $"{writer % 2}"), new("ending", i % 10 == 0 ? "exit 1" : ToolRun.Done));
            }
        })));
        for (var turn = 0; !writing.IsCompleted; turn++)
        {
            var sums = book.TurnOver();
            if (turn % 3 == 0)
            {
                book.PutBack(sums);
            }
            else
            {
                Take(sums);
            }

            await Task.Yield();
        }

        await writing;
        Take(book.TurnOver());
        Assert.DoesNotContain(book.Read(), IsOurs);
        Assert.Equal((long)Writers * Each, all.Values.Sum(sum => sum.Count));
        Assert.Equal((long)Writers * Each / 10, all.Values.Sum(sum => sum.Failed));
        Assert.Equal(Writers * Each * 0.25, all.Values.Sum(sum => sum.Seconds), 1e-3);
        Assert.Equal(7, all.Count);

        bool IsOurs(SampleSum sum) => sum.Name.StartsWith(name, StringComparison.Ordinal);

        void Take(IReadOnlyList<SampleSum> sums)
        {
            foreach (var sum in sums.Where(IsOurs))
            {
                var before = all.GetValueOrDefault(sum.Name);
                all[sum.Name] = (before.Count + sum.Spread.Count, before.Failed + sum.Failed, before.Seconds + sum.Spread.TotalSeconds);
            }
        }
    }
}
