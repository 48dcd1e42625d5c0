using System.Text;

namespace Downbeat.Tests.Load;

public sealed class AnswerParserTests
{
    private const string Counted = "HTTP/1.1 206 Partial Content\r\nServer: x\r\ncontent-length: 11\r\n\r\nhello world";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1a;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: yes\r\n\r\n";

    [Theory]
    [InlineData(Counted, 206, 11)]
    [InlineData(Chunked, 200, 31)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, 0)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304, 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, 0)]
    public void An_answer_is_read_to_its_end_however_it_is_cut(string text, int status, long bytes)
    {
        var answer = Encoding.ASCII.GetBytes(text);
        var parser = new AnswerParser();
        for (var size = 1; size <= answer.Length; size++)
        {
            parser.Reset();
            for (var at = 0; at < answer.Length; at += size)
            {
                var end = Math.Min(answer.Length, at + size);
                Assert.Equal(end == answer.Length, parser.Feed(answer.AsSpan(at, end - at)));
            }

            Assert.Equal((status, bytes, true), (parser.Status, parser.BodyBytes, parser.StaysOpen));
        }
    }

    [Fact]
    public void A_connection_that_the_server_closes_is_known()
    {
        var parser = new AnswerParser();
        Assert.True(parser.Feed("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8));
        Assert.False(parser.StaysOpen);
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n12")]
    public void What_is_no_single_answer_of_a_known_length_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => new AnswerParser().Feed(Encoding.ASCII.GetBytes(text)));
}
