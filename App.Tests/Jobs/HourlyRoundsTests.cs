using Downbeat.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Jobs;

public sealed class HourlyRoundsTests
{
    [Fact]
    public async Task Every_hour_all_work_is_done_also_when_some_of_it_fails()
    {
        var clock = new HourBell();
        using var counted = new SemaphoreSlim(0);
        HourlyWork[] works =
        [
            new("Failing", _ => throw new InvalidOperationException("The disk is away.")),
            new("Counting", _ => Task.FromResult(counted.Release())),
        ];
        using var hours = new HourlyRounds(works, clock, NullLogger<HourlyRounds>.Instance);
        await hours.StartAsync(TestContext.Current.CancellationToken);

        for (var hour = 0; hour < 2; hour++)
        {
            await clock.StrikeAsync();
            Assert.True(await counted.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }

        await hours.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock whose hour has come when the test says so.</summary>
    private sealed class HourBell : TimeProvider
    {
        private readonly TaskCompletionSource<Action> awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task StrikeAsync() => (await awaited.Task.WaitAsync(TimeSpan.FromSeconds(30)))();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(TimeSpan.FromHours(1), period);
            awaited.SetResult(() => callback(state));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
