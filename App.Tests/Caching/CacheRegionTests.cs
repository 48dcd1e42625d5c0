using Downbeat.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Caching;

public sealed class CacheRegionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_read_before_a_change_is_not_found_after_it_although_it_was_put_in_later()
    {
        await using var services = Services();
        var region = new CacheRegion<string>(services.GetRequiredService<HybridCache>(), new(IsShared: false), "test", TimeSpan.FromMinutes(10));
        var (isReading, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = region.GetAsync("a", "tag", async _ =>
        {
            isReading.SetResult();
            await mayGoOn.Task;
            return "old";
        }, Stop).AsTask();
        await isReading.Task;

        await region.RemoveAsync("a", "tag");
        Assert.Equal("new", await region.GetAsync("a", "tag", _ => ValueTask.FromResult("new"), Stop));
        mayGoOn.SetResult();

        Assert.Equal("old", await slow);
        Assert.Equal("new", await region.GetAsync("a", "tag", _ => ValueTask.FromResult("new"), Stop));
        Assert.Equal("new", await region.GetAsync("a", "tag", _ => ValueTask.FromResult("newer"), Stop));
    }

    [Fact]
    public async Task What_was_read_before_a_change_is_not_found_either_when_the_one_who_read_it_gave_up()
    {
        await using var services = Services();
        var region = new CacheRegion<string>(services.GetRequiredService<HybridCache>(), new(IsShared: false), "test", TimeSpan.FromMinutes(10));
        var (isReading, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        async ValueTask<string> ReadAsync(CancellationToken stop)
        {
            isReading.TrySetResult();
            await mayGoOn.Task;
            return "old";
        }

        using var givesUp = new CancellationTokenSource();
        var first = region.GetAsync("a", "tag", ReadAsync, givesUp.Token).AsTask();
        await isReading.Task;
        var joined = region.GetAsync("a", "tag", ReadAsync, Stop).AsTask();
        await region.RemoveAsync("a", "tag");
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        mayGoOn.SetResult();
        await joined;

        Assert.Equal("new", await region.GetAsync("a", "tag", _ => ValueTask.FromResult("new"), Stop));
    }

    [Fact]
    public async Task A_change_leaves_what_belongs_to_others()
    {
        await using var services = Services();
        var region = new CacheRegion<string>(services.GetRequiredService<HybridCache>(), new(IsShared: false), "test", TimeSpan.FromMinutes(10));
        await region.GetAsync("a", "one", _ => ValueTask.FromResult("a"), Stop);
        await region.GetAsync("b", "other", _ => ValueTask.FromResult("b"), Stop);

        await region.RemoveAsync("a", "one");

        Assert.Equal("again", await region.GetAsync("a", "one", _ => ValueTask.FromResult("again"), Stop));
        Assert.Equal("b", await region.GetAsync("b", "other", _ => ValueTask.FromResult("again"), Stop));
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();
        services.AddHybridCache();
        return services.BuildServiceProvider();
    }
}
