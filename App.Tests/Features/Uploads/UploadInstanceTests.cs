using System.Net;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>An upload whose parts come to different instances.</summary>
public sealed class UploadInstanceTests(TwoInstances both) : IClassFixture<TwoInstances>
{
    [Fact]
    public async Task Each_part_may_go_to_another_instance_and_one_part_at_a_time_comes_in()
    {
        using var onA = await TusCaller.RegisterAsync(both.A);
        using var onB = new TusCaller(onA.Caller.At(both.B));
        var file = await File.ReadAllBytesAsync(await SmallMedia.SongAsync(), TestContext.Current.CancellationToken);
        var (third, id) = (file.Length / 3, await onA.OpenSongAsync(file.Length));
        (await onB.PatchAsync(id, 0, file.AsMemory(0, third))).Dispose();
        using (await onA.SendHalfAsync(both.A, id, third, file.AsMemory(third), third))
        {
            await TusCaller.ArrivedAsync(both.A, id, 2 * third);
            Assert.Equal((423, "upload.busy"), await TusCaller.ProblemAsync(await onB.PatchAsync(id, 2 * third, file.AsMemory(2 * third))));
        }

        Assert.Equal(2 * third, await onB.OffsetAsync(id));
        using var last = await onB.PatchAsync(id, 2 * third, file.AsMemory(2 * third));
        using var head = await onA.HeadAsync(id);
        Assert.Equal((HttpStatusCode.NoContent, last.Headers.Location), (head.StatusCode, head.Headers.Location));
        Assert.Equal(file, await onA.Caller.Http.GetByteArrayAsync($"{head.Headers.Location}/audio", TestContext.Current.CancellationToken));
    }
}
