using Downbeat.Caching;
using Downbeat.Telemetry;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Caching;

/// <summary>The cache inside one process, as it is without Redis.</summary>
public sealed class CacheRegionTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private readonly ServiceProvider services = Caches.Make();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CacheRegions Regions => services.GetRequiredService<CacheRegions>();

    public void Dispose() => services.Dispose();

    [Fact]
    public async Task What_was_read_before_a_change_is_not_found_after_it_although_it_was_put_in_later()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        var (isReading, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = region.GetAsync("a", "tag", async _ =>
        {
            isReading.SetResult();
            await mayGoOn.Task;
            return "old";
        }, Stop).AsTask();
        await isReading.Task;

        await region.ForgetAsync("tag");
        Assert.Equal("new", await ReadAsync(region, "a", "tag", "new"));
        mayGoOn.SetResult();

        Assert.Equal("old", await slow);
        Assert.Equal("new", await ReadAsync(region, "a", "tag", "newer"));
    }

    [Fact]
    public async Task What_was_read_before_a_change_is_not_found_either_when_the_one_who_read_it_gave_up()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        var (isReading, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        async ValueTask<string> SlowAsync(CancellationToken stop)
        {
            isReading.TrySetResult();
            await mayGoOn.Task;
            return "old";
        }

        using var givesUp = new CancellationTokenSource();
        var first = region.GetAsync("a", "tag", SlowAsync, givesUp.Token).AsTask();
        await isReading.Task;
        var joined = region.GetAsync("a", "tag", SlowAsync, Stop).AsTask();
        await region.ForgetAsync("tag");
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        mayGoOn.SetResult();
        await joined;

        Assert.Equal("new", await ReadAsync(region, "a", "tag", "new"));
    }

    [Fact]
    public async Task A_change_leaves_what_hangs_on_others_and_takes_all_that_hangs_on_it()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        foreach (var (key, tag) in new[] { ("a", "one"), ("b", "one"), ("a", "other") })
        {
            await ReadAsync(region, key, tag, "first");
        }

        await region.ForgetAsync("one");

        Assert.Equal("again", await ReadAsync(region, "a", "one", "again"));
        Assert.Equal("again", await ReadAsync(region, "b", "one", "again"));
        Assert.Equal("first", await ReadAsync(region, "a", "other", "again"));
    }

    [Fact]
    public async Task A_hundred_who_ask_at_once_read_once()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        var (readings, mayGoOn) = (0, new TaskCompletionSource());
        var all = Enumerable.Range(0, 100).Select(_ => region.GetAsync("a", "tag", async _ =>
        {
            Interlocked.Increment(ref readings);
            await mayGoOn.Task;
            return "value";
        }, Stop).AsTask()).ToList();
        mayGoOn.SetResult();

        Assert.All(await Task.WhenAll(all), value => Assert.Equal("value", value));
        Assert.Equal(1, readings);
        Assert.Equal((99, 1), (region.State().Hits, region.State().Misses));
    }

    [Fact]
    public async Task The_last_value_is_given_when_reading_fails_and_none_that_a_change_has_made_wrong()
    {
        var region = Regions.Open("test", TimeSpan.FromTicks(1), 1, "tag");
        await ReadAsync(region, "a", "tag", "last");

        Assert.Equal("last", await region.GetAsync<string>("a", "tag", _ => throw new InvalidOperationException("The database is away."), Stop));
        Assert.Equal(1, region.State().Stale);
        await region.ForgetAsync("tag");
        await Assert.ThrowsAsync<InvalidOperationException>(() => region.GetAsync<string>("a", "tag", _ => throw new InvalidOperationException("The database is away."), Stop).AsTask());
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_not_a_failure()
    {
        var region = Regions.Open("test", TimeSpan.FromTicks(1), 1, "tag");
        await ReadAsync(region, "a", "tag", "last");

        var refusal = await Assert.ThrowsAsync<StudioProblem>(() => region.GetAsync<string>("a", "tag", _ => throw StudioProblem.NotFound("song"), Stop).AsTask());
        Assert.Equal("song.not_found", refusal.Code);
    }

    [Fact]
    public async Task What_a_reading_costs_is_counted_to_the_one_who_reads()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        var count = Tally.Begin();
        Tally? seen = null;
        await region.GetAsync("a", "tag", async _ =>
        {
            await Task.Yield();
            seen = Tally.Current;
            return "value";
        }, Stop);

        Assert.Same(count, seen);
    }

    [Fact]
    public async Task A_region_says_what_is_in_it_and_is_emptied_by_name_or_with_all()
    {
        var (one, other) = (Regions.Open("one", Long, 1, "song"), Regions.Open("other", Long, 2, "user"));
        await ReadAsync(one, "a", "tag", new string('x', 1000));
        await ReadAsync(one, "a", "tag", "again");
        await ReadAsync(other, "a", "tag", "value");

        var states = Regions.States();
        Assert.Equal(["one", "other"], states.Select(state => state.Name));
        Assert.Equal((1, 1, 0, 1, 600.0, 1 << 20, "song"), (states[0].Hits, states[0].Misses, states[0].Stale, states[0].Entries, states[0].LifetimeSeconds, states[0].MostBytes, states[0].Tag));
        Assert.InRange(states[0].Bytes, 1002, 3000);

        await Regions.ClearAsync("one");
        Assert.Equal([0, 1], Regions.States().Select(state => state.Entries));
        Assert.Equal("read", await ReadAsync(one, "a", "tag", "read"));
        await Regions.ClearAllAsync();
        Assert.Equal([0, 0], Regions.States().Select(state => state.Entries));
        Assert.Equal("cache.not_found", Assert.Throws<StudioProblem>(() => { _ = Regions.ClearAsync("none"); }).Code);
    }

    [Fact]
    public async Task Values_make_room_for_others()
    {
        var region = Regions.Open("test", Long, 1, "tag");
        for (var i = 0; i < 40; i++)
        {
            await ReadAsync(region, $"{i}", "tag", new string('x', 100_000));
        }

        // Memory makes room beside its callers.
        while (region.State() is { Evictions: 0 })
        {
            await Task.Yield();
        }

        Assert.InRange(region.State().Bytes, 0, 1 << 20);
    }

    private static async Task<T> ReadAsync<T>(CacheRegion region, string key, string tag, T value) => await region.GetAsync(key, tag, _ => ValueTask.FromResult(value), Stop);
}
