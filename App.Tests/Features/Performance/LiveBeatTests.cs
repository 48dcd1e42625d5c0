using Bunit;
using Downbeat.Features.Performance;
using Downbeat.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Downbeat.Tests.Features.Performance;

/// <summary>A pulse that is quicker than two seconds.</summary>
internal static class QuickPulse
{
    /// <summary>Beats until something is so.</summary>
    public static async Task BeatUntilAsync(this Pulse pulse, Func<bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Xunit.TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            pulse.Beat();
            await Task.Delay(20, patience.Token);
        }
    }
}

/// <summary>Pages look with the pulse, and neither hold it up nor fall with the database.</summary>
public sealed class LiveBeatTests : PageTest
{
    private readonly Pulse pulse = new(NullLogger<Pulse>.Instance);

    public LiveBeatTests() => Services.AddFallbackServiceProvider(new ServiceCollection().AddLogging().AddSingleton(pulse).BuildServiceProvider());

    [Fact]
    public async Task Without_database_the_page_stays_and_says_since_when_and_forgets_it_when_the_database_is_back()
    {
        var isAway = false;
        var looks = 0;
        var beat = Render<LiveBeat>(parameters => parameters.Add(beat => beat.Look, _ =>
        {
            looks++;
            return isAway ? throw new NpgsqlException("away") : Task.CompletedTask;
        }));
        Assert.Empty(beat.Markup.Trim());

        isAway = true;
        await pulse.BeatUntilAsync(() => beat.Markup.Contains("alert", StringComparison.Ordinal));
        Assert.Matches(@"^The database does not answer since \d\d:\d\d; these are the last figures\.$", beat.Find("[role=alert]").TextContent);

        isAway = false;
        await pulse.BeatUntilAsync(() => beat.Markup.Trim().Length == 0);
        Assert.True(looks >= 3);
    }

    [Fact]
    public void A_page_that_never_saw_figures_does_not_call_them_the_last()
    {
        var beat = Render<LiveBeat>(parameters => parameters.Add(beat => beat.Look, _ => throw new InvalidOperationException("transient", new NpgsqlException("away"))));

        Assert.Contains("the figures come when it does", beat.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pulse_waits_for_nobody_who_looks_and_each_has_one_look_at_a_time()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        var (looks, under, most) = (0, 0, 0);
        var beat = Render<LiveBeat>(parameters => parameters.Add(beat => beat.Look, _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref under));
            gate.Wait(CancellationToken.None);
            Interlocked.Decrement(ref under);
            Interlocked.Increment(ref looks);
            return Task.CompletedTask;
        }));
        gate.Reset();

        // SQLite answers on the thread that asks: if that were this one, the test would end here.
        var beating = Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                pulse.Beat();
            }
        });
        await beating.WaitAsync(TimeSpan.FromSeconds(20), Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(1, looks);
        gate.Set();
        await pulse.BeatUntilAsync(() => Volatile.Read(ref looks) >= 3);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task What_is_asked_for_during_a_look_is_looked_at_after_it()
    {
        var slow = new TaskCompletionSource();
        var looks = 0;
        var beat = Render<LiveBeat>(parameters => parameters.Add(beat => beat.Look, _ => ++looks == 1 ? slow.Task : Task.CompletedTask));

        await beat.InvokeAsync(beat.Instance.NowAsync);
        await beat.InvokeAsync(beat.Instance.NowAsync);
        Assert.Equal(1, looks);
        slow.SetResult();
        await beat.InvokeAsync(() => Assert.Equal(2, looks));
    }

    [Fact]
    public void Who_cannot_be_woken_keeps_nobody_else_asleep()
    {
        var woken = 0;
        pulse.Beaten += () => throw new InvalidOperationException("broken");
        pulse.Beaten += () => woken++;

        pulse.Beat();
        pulse.Beat();

        Assert.Equal(2, woken);
    }
}
